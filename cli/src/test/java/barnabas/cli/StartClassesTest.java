package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A `switch` over types has the JVM make a class when it is reached first: 20 ms for the first one of a process, 2 to
/// 5 for each further one, which no AOT cache of JDK 25 takes away. A broker that starts has none of
/// them on its way.
class StartClassesTest {
    private static final String READY = "Barnabas ready on ";

    @TempDir
    private Path folder;

    @Test
    void noSwitchOverTypesUpToTheFirstAcknowledgedRecord() throws Exception {
        Path classes = folder.resolve("classes.txt");
        Process broker = start(classes);
        try (var output = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8))) {
            String address = address(output);
            // Changes of clients have their own table, with a class for each message and each function in it. Virtual
            // threads have carriers and a thread that wakes them, which an idle node does not need.
            assertThat(Files.readAllLines(classes))
                    .noneMatch(line -> line.contains("barnabas.metadata.ControllerApis")
                            || line.contains("java.lang.VirtualThread$VThreadContinuation "))
                    // a search for services opens all jars
                    .noneMatch(line -> line.contains(" java.util.ServiceLoader$LazyClassPathLookupIterator "));
            assertThat(produce(address)).isZero();
        } finally {
            // not in order: a stop may take its time for such things
            broker.destroyForcibly();
            assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        // nor the data of the process's language, nor the rules of time zones twice, nor what makes classes as well: an
        // equals or hashCode of a record that is not written out, and comparators of the JDK's factories
        try (Stream<String> lines = Files.lines(classes)) {
            assertThat(lines)
                    .noneMatch(line -> line.contains(" sun.util.locale.provider.LocaleResources ")
                            || line.contains(" java.time.zone.TzdbZoneRulesProvider ")
                            || line.contains(" java.lang.runtime.ObjectMethods ")
                            || line.contains(" java.util.Comparator$$Lambda"));
        }
        try (Stream<String> lines = Files.lines(classes)) {
            var loaded = lines.filter(line -> line.contains("barnabas.")).toList();
            assertThat(loaded).anyMatch(line -> line.contains("barnabas.broker.api.P00Produce"));
            assertThat(loaded.stream().filter(line -> line.contains("$$TypeSwitch/")))
                    .isEmpty();
            // nor encryption and logins that are not configured
            assertThat(loaded)
                    .noneMatch(line -> line.contains("barnabas.base.security.")
                            || line.contains("barnabas.net.socket.TlsGate ")
                            || line.contains("barnabas.net.http.HttpTls")
                            || line.contains("barnabas.net.socket.EncryptedReplies")
                            || line.contains("barnabas.broker.identity.Sasl")
                            || line.contains("barnabas.broker.identity.tokens.TokenKeys")
                            || line.contains("barnabas.broker.identity.ListenerTls")
                            || line.contains("barnabas.broker.identity.OutgoingSecurity")
                            || line.contains("barnabas.cli.secure."));
            // nor what answers HTTP or describes metrics
            assertThat(loaded)
                    .noneMatch(line -> line.contains("barnabas.net.http.HttpConnection")
                            || line.contains("barnabas.metrics.MetricTable")
                            || line.contains("barnabas.broker.metrics.PartitionMetrics"));
            // nor MBeans
            assertThat(loaded).noneMatch(line -> line.contains("barnabas.broker.jmx."));
            // nor pushes of metrics
            assertThat(loaded)
                    .noneMatch(line -> line.contains("barnabas.broker.push.Push")
                            || line.contains("barnabas.otlp.")
                            || line.contains("barnabas.cli.push."));
            // nor the console
            assertThat(loaded)
                    .noneMatch(line ->
                            line.contains(" barnabas.console.") || line.contains("barnabas.broker.http.PageModule"));
            // nor the schema registry
            assertThat(loaded)
                    .noneMatch(line -> line.contains("barnabas.registry.") || line.contains("barnabas.cli.registry."));
            // nor anything of a cluster
            assertThat(loaded)
                    .noneMatch(line -> line.contains("barnabas.cluster.")
                            || line.contains("barnabas.quorum.")
                            || line.contains("barnabas.cli.cluster."));
            // nor texts that are not needed
            assertThat(loaded).noneMatch(line -> line.contains("barnabas.config.dynamic.Documentation"));
        }
    }

    /// A node that is scraped stays small: a lambda has the JVM make a class and 50 KB of garbage, and the bean of the
    /// operating system reads all mounts and control groups.
    @Test
    void theFirstScrapeMakesNoClassesAndLeavesControlGroupsAlone() throws Exception {
        Path classes = folder.resolve("classes.txt");
        Process broker = start(classes, "--set", "barnabas.http.listeners=http://127.0.0.1:0");
        try (var output = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(produce(address(output))).isZero();
            String line = output.readLine();
            int before = Files.readAllLines(classes).size();
            assertThat(page(URI.create(line.substring(line.lastIndexOf(' ') + 1) + "/metrics")))
                    .contains("process_cpu_seconds_total", "process_open_fds", "jvm_gc_collection_seconds");
            List<String> all = Files.readAllLines(classes);
            List<String> loaded = all.subList(before, all.size());
            // Other threads load classes too.
            Set<String> scrapers = loaded.stream()
                    .filter(each -> each.contains("barnabas.net.http.HttpConnection ")
                            || each.contains("barnabas.broker.metrics.NetworkMetrics "))
                    .map(StartClassesTest::thread)
                    .collect(Collectors.toSet());
            assertThat(loaded.stream().filter(each -> scrapers.contains(thread(each))))
                    .anyMatch(each -> each.contains("barnabas.broker.metrics.NetworkMetrics "))
                    .noneMatch(each -> each.contains("$$Lambda")
                            && (each.contains("barnabas.metrics.")
                                    || each.contains("barnabas.broker.metrics.")
                                    || each.contains("barnabas.broker.http.")
                                    || each.contains("barnabas.broker.request.")
                                    || each.contains("barnabas.broker.telemetry.")
                                    || each.contains("barnabas.net.")))
                    .noneMatch(each -> each.contains(" java.lang.runtime.ObjectMethods ")
                            || each.contains("java.lang.String$$StringConcat")
                            || each.contains(" jdk.internal.platform.")
                            || each.contains(" sun.nio.fs.LinuxFileStore "));
        } finally {
            broker.destroyForcibly();
            assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String thread(String line) {
        return line.substring(0, line.indexOf(']'));
    }

    private static String page(URI address) throws IOException {
        try (InputStream in = address.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Process start(Path classes, String... settings) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@../bin/jvm-options",
                "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Xlog:class+load:file=" + classes + ":tid",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "barnabas.cli.Main",
                "start",
                "--port",
                "0",
                "--data",
                folder.resolve("data").toString()));
        command.addAll(List.of(settings));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String address(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine())
            if (line.startsWith(READY)) return line.substring(READY.length());
        throw new AssertionError("the broker did not start");
    }

    private static int produce(String address) {
        var console = new Console(
                new ByteArrayInputStream("one\n".getBytes(StandardCharsets.UTF_8)),
                new ByteArrayOutputStream(),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                false,
                Clock.SYSTEM,
                new Random(1));
        return Main.run(new String[] {"produce", "first", "--bootstrap", address}, console, Interruption.none());
    }
}
