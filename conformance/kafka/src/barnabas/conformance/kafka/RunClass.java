package barnabas.conformance.kafka;

import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.test.junit.RaftClusterInvocationContext;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// Runs one of Kafka's test classes: `RunClass CLASS[#METHOD] RESULTS SECONDS-PER-TEST LOG`.
///
/// Output of the test and the broker goes to the file LOG, a line for people to standard output as soon as a test
/// ends, and one to the file RESULTS:
/// ```
/// method[invocation] TAB passed|failed|aborted TAB milliseconds TAB why
/// ```
public final class RunClass {
    private RunClass() {}

    public static void main(String[] arguments) throws Exception {
        String target = arguments[0];
        PrintStream progress = System.out;
        var log = new PrintStream(new FileOutputStream(arguments[3]), true, StandardCharsets.UTF_8);
        System.setOut(log);
        System.setErr(log);
        warmUp();
        int hash = target.indexOf('#');
        DiscoverySelector selector;
        if (hash < 0) selector = DiscoverySelectors.selectClass(target);
        else selector = methodSelector(Class.forName(target.substring(0, hash)), target.substring(hash + 1));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selector)
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.execution.timeout.testable.method.default", arguments[2] + " s")
                .configurationParameter("junit.jupiter.execution.timeout.lifecycle.method.default", arguments[2] + " s")
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build();
        try (var results = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[1])))) {
            LauncherFactory.create().execute(request, new Listener(results, progress, target));
        }
        // Threads that a test has left behind do not keep the process.
        System.exit(0);
    }

    /// Methods may have parameters, so that the name alone is no selector.
    private static DiscoverySelector methodSelector(Class<?> type, String name) {
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (var method : owner.getDeclaredMethods()) {
                if (method.getName().equals(name)) return DiscoverySelectors.selectMethod(type, method);
            }
        }
        throw new IllegalArgumentException(type.getName() + " has no method " + name);
    }

    /// Kafka's tests look for threads that a test leaves behind; those that the JVM and the libraries start once and
    /// keep must be there before.
    private static void warmUp() throws Exception {
        Path directory = Files.createTempDirectory("barnabas-warm-up");
        NodeDoor.warmUp(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
        // A virtual thread that waits for a monitor starts the JVM's thread that wakes such threads.
        Object monitor = new Object();
        Thread blocked;
        synchronized (monitor) {
            blocked = Thread.ofVirtual().start(() -> {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            });
            while (blocked.getState() != Thread.State.BLOCKED) Thread.onSpinWait();
        }
        blocked.join();
    }

    private static final class Listener implements TestExecutionListener {
        private final PrintWriter results;
        private final PrintStream progress;
        private final String target;
        private final Map<String, Long> startedNanos = new HashMap<>();
        private final Map<String, Integer> invocations = new HashMap<>();
        private final List<TestIdentifier> failedContainers = new ArrayList<>();
        private TestPlan plan = null;

        Listener(PrintWriter results, PrintStream progress, String target) {
            this.results = results;
            this.progress = progress;
            this.target = target.replaceAll(".*\\.", "").replaceAll("#.*", "");
        }

        @Override
        public void testPlanExecutionStarted(TestPlan started) {
            plan = started;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            startedNanos.put(test.getUniqueId(), System.nanoTime());
            if (test.isTest()) System.err.println("---- " + test.getDisplayName());
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            if (reason.startsWith(RaftClusterInvocationContext.SAME)) return;
            if (test.isTest() || !test.getParentId().isEmpty()) write(name(test), "aborted", 0, reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            // A class or a method that produces tests counts only when it could not.
            if (!test.isTest() && good) return;
            long millis = (System.nanoTime() - startedNanos.getOrDefault(test.getUniqueId(), 0L)) / 1_000_000;
            Throwable thrown = result.getThrowable().orElse(null);
            TestAbortedException aborted = abortedWithin(thrown);
            if (thrown != null && !(result.getStatus() == TestExecutionResult.Status.ABORTED)) thrown.printStackTrace();
            String status =
                    switch (result.getStatus()) {
                        case SUCCESSFUL -> "passed";
                        case ABORTED -> "aborted";
                        case FAILED -> aborted != null ? "aborted" : "failed";
                    };
            Throwable reason = aborted == null ? thrown : aborted;
            write(name(test), status, millis, reason == null ? "" : why(reason));
        }

        /// A test that asks for Kafka's objects on a thread of its own fails with our refusal as the cause; one that
        /// then leaves something behind fails with that, and our refusal comes second.
        private static @Nullable TestAbortedException abortedWithin(@Nullable Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof TestAbortedException aborted) return aborted;
                for (Throwable suppressed : cause.getSuppressed()) {
                    if (suppressed instanceof TestAbortedException aborted) return aborted;
                }
            }
            return null;
        }

        private static String why(Throwable thrown) {
            String text = String.valueOf(thrown.getMessage()).strip().replaceAll("\\s+", " ");
            String type = thrown instanceof TestAbortedException
                    ? ""
                    : thrown.getClass().getSimpleName() + ": ";
            String all = type + text.replaceAll("^Assumption failed: ", "");
            return all.length() > 200 ? all.substring(0, 200) : all;
        }

        private String name(TestIdentifier test) {
            String method = test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .map(MethodSource::getMethodName)
                    .orElse("(class)");
            boolean invocation = test.isTest() && test.getUniqueId().contains("invocation:#");
            if (!invocation) return method;
            // The order of the two kinds of cluster changes from run to run; only what is run is numbered.
            return method + "[" + invocations.merge(method, 1, Integer::sum) + "]";
        }

        private void write(String name, String status, long millis, String why) {
            results.println(name + "\t" + status + "\t" + millis + "\t" + why);
            results.flush();
            progress.printf("%-7s %6.1f s  %s#%s  %s%n", status, millis / 1000.0, target, name, why);
            progress.flush();
        }
    }
}
