package barnabas.conformance.crash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The broker under test: the same port and the same data in every life.
final class Broker implements AutoCloseable {
    private final List<String> command;
    private final Path work;
    private final int port;
    private Process process;

    /// @param settings beyond those that every run has: `name=value`
    Broker(String program, Path work, String... settings) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
        this.work = work;
        var line = new ArrayList<>(List.of(
                program,
                "start",
                "--port",
                Integer.toString(port),
                "--data",
                data().toString(),
                "--set",
                "log.cleaner.backoff.ms=300",
                "--set",
                "group.initial.rebalance.delay.ms=0"));
        for (String setting : settings) line.addAll(List.of("--set", setting));
        this.command = List.copyOf(line);
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .start();
    }

    Path data() {
        return work.resolve("broker");
    }

    Path output() {
        return work.resolve("broker.out");
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /// The program puts the JVM in its own place.
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL, also for what the program started.
    void kill() {
        var all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        all.forEach(descendant -> descendant.onExit().join());
    }

    void restart() throws IOException {
        process = launch();
    }

    /// SIGTERM, as an operator stops it.
    void stop() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new IllegalStateException("the broker does not stop");
    }

    @Override
    public void close() {
        kill();
    }
}
