package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Threads, time and waits come from `base`, so that a simulation can stand in for them; and no Error ends in a catch
/// block that lets half a node live on. Shipped sources only.
class AmbientWorldTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Set<String> NOT_OF_A_NODE =
            Set.of("bench", "conformance", "tools", "connect", "protocol-generator", "picocli");

    private static final Pattern THREAD = Pattern.compile(
            "\\bnew Thread\\(|\\bThread\\.(ofVirtual|ofPlatform|startVirtualThread)\\b|\\bExecutors\\.");

    private static final Pattern TIME =
            Pattern.compile("\\bSystem\\.(nanoTime|currentTimeMillis)\\b|\\bInstant\\.now\\b"
                    + "|\\bLockSupport\\.park|\\bThread\\.sleep\\b|(?<![\\w.)])wait\\(\\)|\\bthis\\.wait\\(");

    /// A wait whose end the JVM decides: a simulated clock could not end it. The client waits so, without a node.
    private static final Pattern TIMED_WAIT = Pattern.compile("\\b(awaitNanos|awaitTermination)\\("
            + "|\\.(tryAcquire|await|poll|offer|get|tryLock|exchange|invokeAll)\\([^;]*\\bTimeUnit\\.[A-Z]+\\)"
            + "|\\.join\\((?:Duration\\b|[A-Z][A-Z_]*\\)|\\d)");

    /// Commands, clients, and services that are clients of their node.
    private static final List<String> OUTSIDE_OF_NODES = List.of("cli/", "client/", "console/", "registry/", "sql/");

    /// The client is used without a node, on the threads of the program that it is part of.
    private static final Set<String> THREADS_OF_COMMANDS = Set.of(
            "cli/Interruption.java",
            "client/Connection.java",
            "client/Fetcher.java",
            "client/Heartbeats.java",
            "client/Producer.java");

    /// Waits on its own monitor for the queue of a connection to move.
    private static final Set<String> OWN_WAITS = Set.of("net/ReplyOrder.java");

    /// A time-out on the wall clock, which may be set back.
    private static final Pattern WALL_TIMEOUT = Pattern.compile(
            "\\bclock(?:\\(\\))?\\.millis\\(\\)\\s*[-+]|[-+]\\s*(?:\\w+\\.)*clock(?:\\(\\))?\\.millis\\(\\)");

    /// Compare with times that are on disk: of records, and when deleted files go.
    private static final Set<String> WALL_TIMES = Set.of("broker/GroupMetrics.java", "log/LogDirectory.java");

    private static final Pattern MONITOR = Pattern.compile("\\bsynchronized\\b");

    private static final Pattern MONITOR_OVER_FILES =
            Pattern.compile("\\bsynchronized\\s+[^{;(]*\\([^{;]*\\bthrows\\s[^{;]*IOException");

    /// Monitors over memory work alone: a thread of a simulation cannot stop inside one, so none waits for it.
    private static final Set<String> MEMORY_MONITORS = Set.of(
            "broker/ClientNumbers.java",
            "broker/ClientTelemetry.java",
            "broker/ClusterMetrics.java",
            "broker/FetchSessions.java",
            "broker/NetworkMetrics.java",
            "broker/NodeMetrics.java",
            "log/JournalRecovery.java",
            "log/LeaderEpochs.java",
            "log/LogDurability.java",
            "log/OpenTransactions.java",
            "log/ReadFailures.java",
            "log/RecentBatches.java",
            "log/RetiredFiles.java",
            "metadata/InMemoryMetadataLog.java",
            "metrics/Histogram.java",
            "net/ReplyOrder.java",
            "net/RequestMemory.java");

    private static final Pattern CATCH_OF_ERRORS =
            Pattern.compile("catch \\((?:[\\w.]+ \\| )*(?:Throwable|Error)(?: \\| [\\w.]+)* (\\w+)\\) \\{");

    /// Calls that hand a Throwable on: thrown again, or given to what ends the node, the connection or the part.
    private static final Pattern HANDED_ON =
            Pattern.compile("\\bthrow \\w|\\b(rethrowIfFatal|fail|logFailure|failed\\.accept)\\(");

    /// A block that gives something back and throws on: not only after exceptions.
    private static final Pattern CLEANUP =
            Pattern.compile("catch \\(([\\w.| ]*\\b(?:Runtime)?Exception\\b[\\w.| ]*) (\\w+)\\) "
                    + "\\{\\s*[^{}\\s][^{}]*\\bthrow \\2;\\s*\\}");

    /// Places that end a command, fall back, or collect what is thrown later.
    private static final Set<String> KEPT = Set.of("base/SystemErrors.java", "cli/Main.java", "log/ClosingLogs.java");

    private static TreeMap<String, String> codeOfNodes() throws IOException {
        var code = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")
                            && each.toString().contains("/src/main/java/barnabas/")
                            && !each.toString().contains("/target/"))
                    .toList()) {
                String module = ROOT.relativize(file).getName(0).toString();
                if (NOT_OF_A_NODE.contains(module)) continue;
                if (file.endsWith("package-info.java")) continue;
                String name = module + "/" + file.getFileName();
                String before = code.put(name, new JavaSource(Files.readString(file)).withoutTexts());
                assertThat(before).as("two files are named " + name).isNull();
            }
        }
        return code;
    }

    private static List<String> places(TreeMap<String, String> code, Pattern pattern) {
        var found = new ArrayList<String>();
        code.forEach((name, text) -> {
            for (Matcher at = pattern.matcher(text); at.find(); ) found.add(name + ": " + at.group());
        });
        return found;
    }

    @Test
    void threadsComeFromBaseAndNet() throws IOException {
        var code = codeOfNodes();
        code.keySet().removeIf(name -> name.startsWith("base/") || name.startsWith("net/"));
        assertThat(code).containsKeys(THREADS_OF_COMMANDS.toArray(new String[0]));
        code.keySet().removeAll(THREADS_OF_COMMANDS);
        assertThat(places(code, THREAD)).as("use barnabas.base.Threads").isEmpty();
    }

    @Test
    void timeAndWaitsComeFromBase() throws IOException {
        var code = codeOfNodes();
        code.keySet().removeIf(name -> name.startsWith("base/"));
        assertThat(code).hasSizeGreaterThan(300).containsKeys(OWN_WAITS.toArray(new String[0]));
        code.keySet().removeAll(OWN_WAITS);
        assertThat(places(code, TIME)).as("use barnabas.base.Clock").isEmpty();
        code.keySet().removeIf(name -> OUTSIDE_OF_NODES.stream().anyMatch(name::startsWith));
        assertThat(places(code, TIMED_WAIT)).as("use Clock.awaitUntil").isEmpty();
    }

    /// The JVM decides who gets a contended monitor, and a simulation cannot. Commands and the client run without one.
    @Test
    void monitorsAreForMemoryWork() throws IOException {
        var code = codeOfNodes();
        code.keySet().removeIf(name -> name.startsWith("cli/") || name.startsWith("client/"));
        assertThat(places(code, MONITOR_OVER_FILES))
                .as("use barnabas.base.Mutex")
                .isEmpty();
        assertThat(code).containsKeys(MEMORY_MONITORS.toArray(new String[0]));
        code.keySet().removeAll(MEMORY_MONITORS);
        assertThat(places(code, MONITOR)).as("use barnabas.base.Mutex").isEmpty();
    }

    @Test
    void timeoutsAreDeadlines() throws IOException {
        var code = codeOfNodes();
        code.keySet().removeIf(name -> name.startsWith("cli/"));
        assertThat(code).containsKeys(WALL_TIMES.toArray(new String[0]));
        code.keySet().removeAll(WALL_TIMES);
        assertThat(places(code, WALL_TIMEOUT)).as("use barnabas.base.Deadline").isEmpty();
        assertThat(WALL_TIMEOUT.matcher("long end = clock.millis() + 5;").find())
                .isTrue();
    }

    /// After an Error the process may live on for long: places, connections and files would stay taken.
    @Test
    void cleanupsAreForErrorsToo() throws IOException {
        var forgotten = new ArrayList<String>();
        codeOfNodes().forEach((name, text) -> {
            for (Matcher at = CLEANUP.matcher(text); at.find(); )
                if (!at.group(1).contains("Error")) forgotten.add(name + ": " + at.group(1));
        });
        assertThat(forgotten).as("catch Error too").isEmpty();
        assertThat(CLEANUP.matcher("catch (RuntimeException e) {\n  made.close();\n  throw e;\n}")
                        .find())
                .isTrue();
    }

    @Test
    void errorsAreHandedOn() throws IOException {
        var code = codeOfNodes();
        assertThat(code).containsKeys(KEPT.toArray(new String[0]));
        code.keySet().removeAll(KEPT);
        var swallowed = new ArrayList<String>();
        code.forEach((name, text) -> swallowed.addAll(swallowedIn(name, text)));
        assertThat(swallowed).as("end with Failure.rethrowIfFatal").isEmpty();
    }

    private static List<String> swallowedIn(String name, String code) {
        var swallowed = new ArrayList<String>();
        for (Matcher at = CATCH_OF_ERRORS.matcher(code); at.find(); ) {
            String block = code.substring(at.end(), endOfBlock(code, at.end()));
            if (!HANDED_ON.matcher(block).find()) swallowed.add(name + ": " + at.group());
        }
        return swallowed;
    }

    private static int endOfBlock(String code, int from) {
        int depth = 1;
        int at = from;
        while (depth > 0) {
            char c = code.charAt(at++);
            if (c == '{') depth++;
            if (c == '}') depth--;
        }
        return at - 1;
    }

    @Test
    void theRulesSeeWhatTheyAreFor() {
        assertThat(swallowedIn("x", "try { a(); } catch (IOException | Error e) { if (b) { log(e); } } fail(e);"))
                .hasSize(1);
        assertThat(swallowedIn("x", "try { a(); } catch (Throwable e) { log(e); Failure.rethrowIfFatal(e); }"))
                .isEmpty();
        assertThat(swallowedIn("x", "try { a(); } catch (IOException e) { log(e); }"))
                .isEmpty();
        assertThat(THREAD.matcher("Thread.ofVirtual().start(x)").find()).isTrue();
        assertThat(THREAD.matcher("threads.start(name, work)").find()).isFalse();
        assertThat(MONITOR_OVER_FILES
                        .matcher("synchronized int a(int b)\n throws IOException {")
                        .find())
                .isTrue();
        assertThat(MONITOR_OVER_FILES
                        .matcher("synchronized int a() { b(); } int c() throws IOException {")
                        .find())
                .isFalse();
        assertThat(TIME.matcher("long now = System.nanoTime();").find()).isTrue();
        assertThat(TIME.matcher("{ wait(); }").find()).isTrue();
        assertThat(TIME.matcher("group.wait(); }").find()).isFalse();
    }
}
