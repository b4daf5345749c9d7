package barnabas.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A broker as a process of its own, started with a command like `bin/barnabas` and `start --port PORT --data DIR`.
final class BrokerProcess {

    private static final Pattern READY =
            Pattern.compile("(?:Barnabas|Apache Kafka) ready\\b.*?(localhost|[0-9]+(?:\\.[0-9]+){3}):([0-9]+)");
    private static final Duration START = Duration.ofSeconds(300);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Process process;
    private final String host;
    private final int port;

    private BrokerProcess(Process process, String host, int port) {
        this.process = process;
        this.host = host;
        this.port = port;
    }

    /// Returns when the broker says that it is ready. What it prints goes to `DIR.out`.
    ///
    /// @param port where to listen, 0 for any free port
    static BrokerProcess start(String command, int port, Path data) throws Exception {
        var out = Path.of(data + ".out");
        return start(List.of(command, "start", "--port", Integer.toString(port), "--data", data.toString()), port, out);
    }

    /// As above, with a file of settings. What it prints goes to `CONFIG.out`.
    static BrokerProcess start(String command, Path config) throws Exception {
        return start(List.of(command, "start", "--config", config.toString()), 0, Path.of(config + ".out"));
    }

    private static BrokerProcess start(List<String> command, int port, Path out) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        var broker = new BrokerProcess(process, "", port);
        // However this program ends, the broker does not outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(broker::kill));
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            var ready = READY.matcher(Files.readString(out));
            if (ready.find()) {
                return new BrokerProcess(process, ready.group(1), Integer.parseInt(ready.group(2)));
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the broker did not start:\n" + Files.readString(out));
            }
            Thread.sleep(10);
        }
    }

    String address() {
        return host + ":" + port;
    }

    int port() {
        return port;
    }

    /// SIGKILL to the process and to all it has started: a shell script may stand before the broker.
    void kill() {
        var all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        all.forEach(descendant -> descendant.onExit().join());
    }

    /// SIGTERM, as an operator stops it.
    void stop() throws Exception {
        process.destroy();
        Report.that(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS), "the broker did not stop on SIGTERM");
    }
}
