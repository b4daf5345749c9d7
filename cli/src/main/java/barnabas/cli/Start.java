package barnabas.cli;

import barnabas.base.DiskError;
import barnabas.base.FileDisk;
import barnabas.base.Mutex;
import barnabas.base.OperatorMistake;
import barnabas.base.Threads;
import barnabas.broker.Barnabas;
import barnabas.broker.ClusterMembership;
import barnabas.broker.StartFailure;
import barnabas.broker.logging.LogLevels;
import barnabas.cli.cluster.ClusterJars;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.cli.secure.SecureStart;
import barnabas.config.BrokerConfig;
import barnabas.config.MonitoringConfig;
import barnabas.config.ParseResult;
import barnabas.config.keys.ServerProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Run a broker until the process is asked to stop.
final class Start {
    private static final String HOST = "127.0.0.1";
    private static final int PORT = 9092;
    private static final String DATA = "data";
    /// The exit code of `-XX:+ExitOnOutOfMemoryError` as well.
    private static final int EXIT_FAILED = 3;
    /// Clients wait for a node that starts: their first requests have the processors to themselves.
    private static final Duration FIRST_REQUESTS = Duration.ofSeconds(1);
    /// Time for a start that was asked to stop: one that is about to end stops in order, one that waits is interrupted.
    private static final Duration START_END_MAX = Duration.ofSeconds(2);

    private final Console console;
    private final Interruption interruption;

    Start(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    /// Returns when the broker has stopped; the exit code.
    int run(StartOptions options) {
        if (options.stopWithInput()) stopWithInput();
        Map<String, String> properties;
        Optional<SecureStart> secured = Optional.empty();
        try {
            properties = properties(options);
            if (options.secured().isPresent()) {
                SecureStart prepared = secure(options, properties);
                properties = prepared.settings();
                secured = Optional.of(prepared);
            }
        } catch (StartFailure e) {
            e.problems().forEach(console::problem);
            return 1;
        }
        try (var broker = interruptibly(properties)) {
            var out = console.text();
            if (secured.isPresent()) {
                Path file = secured.get().clientFile(broker.bootstrapServers());
                out.println("Clients need " + file + " (user admin, a secret)");
            }
            out.println("Barnabas ready on " + broker.bootstrapServers());
            for (String url : broker.httpUrls()) out.println("Console, metrics and health on " + url);
            for (String url : broker.registryUrls()) out.println("Schema registry on " + url);
            out.flush();
            if (!interruption.awaitRequest(FIRST_REQUESTS)) {
                broker.reportLimits();
                prepareForLack();
                interruption.awaitRequest();
            }
        } catch (StartFailure e) {
            if (e.getCause() instanceof InterruptedException) return 0;
            e.problems().forEach(console::problem);
            return 1;
        } catch (IOException e) {
            console.problem("the client file cannot be written: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /// As SIGTERM does, during the start too: a node that waits for its quorum must not outlive the program that
    /// started it.
    private void stopWithInput() {
        Threads.SYSTEM.start("standard-input", () -> {
            try {
                int next = 0;
                while (next >= 0) next = console.in().read();
            } catch (IOException e) {
                console.problem("standard input cannot be read, the node stops: " + e.getMessage());
            }
            System.exit(0);
        });
    }

    /// Loads what a process that has run out of file descriptors cannot load any more. An AOT cache leaves
    /// the jars closed until the first class that it lacks: a search for what is in none of them opens all.
    private static void prepareForLack() {
        LogLevels.ofProcess().ifPresent(LogLevels::prepare);
        DiskError.prepare();
        Start.class.getClassLoader().getResource("barnabas/none");
    }

    /// Ends the process at once: an orderly stop needs the parts that have failed, and what was acknowledged is safe
    /// without.
    private void halt(String what, Throwable cause) {
        try {
            if (cause instanceof OperatorMistake) {
                console.problem(what + " failed, the broker ends: " + cause.getMessage());
            } else {
                console.problem(what + " failed, the broker ends: " + cause);
                cause.printStackTrace(console.err());
            }
        } finally {
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    private SecureStart secure(StartOptions options, Map<String, String> properties) throws StartFailure {
        var given = new HashMap<>(properties);
        int port = options.port().orElse(PORT);
        given.remove("listeners", listener(port)); // the default of this command
        try {
            return SecureStart.prepare(given, options.secured().orElseThrow().host(), port, console.clock());
        } catch (Failure e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /// A node may wait for its quorum without end.
    private Barnabas interruptibly(Map<String, String> properties) throws StartFailure {
        var ended = new CountDownLatch(1);
        var deciding = new Mutex();
        Thread starter = Thread.currentThread();
        interruption.whenRequested(() -> {
            try {
                if (ended.await(START_END_MAX.toMillis(), TimeUnit.MILLISECONDS)) return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try (var _ = deciding.hold()) {
                if (ended.getCount() > 0) starter.interrupt();
            }
        });
        try {
            return start(properties);
        } finally {
            try (var _ = deciding.hold()) {
                ended.countDown();
            }
            // it came too late, and the broker is to stop in order
            boolean _ = Thread.interrupted();
        }
    }

    private Barnabas start(Map<String, String> properties) throws StartFailure {
        var parsed = BrokerConfig.parse(properties);
        if (parsed instanceof ParseResult.Invalid(var problems)) throw new StartFailure(problems);
        var valid = (ParseResult.Valid) parsed;
        valid.notes().forEach(console::problem);
        BrokerConfig config = valid.config();
        return ClusterMembership.isNeeded(config, new FileDisk())
                ? Barnabas.start(config, this::halt, ClusterJars.membership(config))
                : Barnabas.start(config, this::halt);
    }

    /// Config properties: the file, then `--set`, then `--port` and `--data`, then the defaults of this command.
    static Map<String, String> properties(StartOptions options) throws StartFailure {
        Map<String, String> fromFile = options.config().isPresent() ? read(options) : Map.of();
        var properties = new HashMap<>(ServerProperties.with(fromFile, options.settings()));
        if (options.port().isPresent()) setPort(properties, options.port().getAsInt());
        else properties.putIfAbsent("listeners", listener(PORT));
        if (options.data().isPresent()) {
            properties.remove("log.dir");
            properties.put("log.dirs", options.data().get().toString());
        } else if (!properties.containsKey("log.dir")) {
            properties.putIfAbsent("log.dirs", DATA);
        }
        if (!properties.containsKey("broker.id")) properties.putIfAbsent("node.id", "1");
        // A node without a file is for development: as in the file that Apache Kafka comes with, a new group does not
        // wait
        // for more members before its first assignment.
        if (options.config().isEmpty()) properties.putIfAbsent("group.initial.rebalance.delay.ms", "0");
        if (wantsJmx()) properties.putIfAbsent(MonitoringConfig.JMX, "true");
        return properties;
    }

    /// Whether the JVM has a port for JMX, or MBeans are asked for by their own property.
    private static boolean wantsJmx() {
        return Boolean.getBoolean("barnabas.jmx")
                || System.getProperty("com.sun.management.jmxremote") != null
                || System.getProperty("com.sun.management.jmxremote.port") != null;
    }

    private static String listener(int port) {
        return "PLAINTEXT://" + HOST + ":" + port;
    }

    private static Map<String, String> read(StartOptions options) throws StartFailure {
        var file = options.config().orElseThrow();
        try (var reader = Files.newBufferedReader(file)) {
            return ServerProperties.read(reader);
        } catch (NoSuchFileException e) {
            throw new StartFailure(List.of("the config file " + file + " does not exist"));
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("the config file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// Moves the first listener, where the config names some, and what is advertised for it.
    private static void setPort(Map<String, String> properties, int port) {
        String listeners = properties.get("listeners");
        if (listeners == null || listeners.isBlank()) {
            properties.put("listeners", listener(port));
            return;
        }
        String first = listeners.split(",", 2)[0].strip();
        properties.put("listeners", withPort(listeners, nameOf(first), port));
        String advertised = properties.get("advertised.listeners");
        if (advertised != null) properties.put("advertised.listeners", withPort(advertised, nameOf(first), port));
    }

    private static String nameOf(String listener) {
        int end = listener.indexOf("://");
        return end < 0 ? listener : listener.substring(0, end);
    }

    private static String withPort(String listeners, String name, int port) {
        var result = new StringBuilder();
        for (String each : listeners.split(",", -1)) {
            if (!result.isEmpty()) result.append(',');
            String listener = each.strip();
            int colon = listener.lastIndexOf(':');
            boolean moves = nameOf(listener).equals(name) && colon > 0;
            result.append(moves ? listener.substring(0, colon + 1) + port : listener);
        }
        return result.toString();
    }
}
