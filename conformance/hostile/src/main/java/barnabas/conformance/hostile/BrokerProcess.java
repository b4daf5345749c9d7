package barnabas.conformance.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The broker under test, with the heap that a small container would give it.
final class BrokerProcess implements AutoCloseable {
    static final int HEAP_MB = 256;
    private static final Duration LINE_MAX = Duration.ofSeconds(5);
    private static final Duration START_MAX = Duration.ofMinutes(5);

    private final Process process;
    private final Path output;
    private final int port;

    private BrokerProcess(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /// Starts the broker; it may turn out not to come up, see [#awaitReady].
    static BrokerProcess start(String program, Path data, Path output) throws IOException {
        return start(program, data, output, List.of());
    }

    /// Starts the broker with more options of its JVM.
    static BrokerProcess start(String program, Path data, Path output, List<String> jvmOptions) throws IOException {
        return start(List.of(program), data, output, jvmOptions, Map.of());
    }

    /// Starts the broker by a command, with more options of its JVM and some variables of its environment.
    static BrokerProcess start(
            List<String> program, Path data, Path output, List<String> jvmOptions, Map<String, String> environment)
            throws IOException {
        return start(program, data, output, jvmOptions, environment, List.of());
    }

    /// Starts the broker by a command, with some settings (`NAME=VALUE`) over the usual ones.
    static BrokerProcess start(
            List<String> program,
            Path data,
            Path output,
            List<String> jvmOptions,
            Map<String, String> environment,
            List<String> settings)
            throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var command = new ArrayList<>(program);
        command.addAll(List.of("start", "--port", Integer.toString(port), "--data", data.toString()));
        // A node id that no extreme number hits, so that no request unregisters the broker by chance.
        for (String setting :
                List.of("node.id=77", "group.initial.rebalance.delay.ms=0", "offsets.topic.num.partitions=4"))
            command.addAll(List.of("--set", setting));
        for (String setting : settings) command.addAll(List.of("--set", setting));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()));
        builder.environment().putAll(environment);
        String options = "-Xmx" + HEAP_MB + "m " + String.join(" ", jvmOptions);
        builder.environment().merge("BARNABAS_JVM_OPTIONS", options, (before, ours) -> before + " " + ours);
        var broker = new BrokerProcess(builder.start(), output, port);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::kill));
        return broker;
    }

    /// False when the process has ended instead.
    boolean awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (System.nanoTime() < deadline) {
            if (output().contains("Barnabas ready")) return true;
            if (!process.isAlive()) return false;
            Thread.sleep(20);
        }
        throw new IllegalStateException("the broker neither starts nor ends: " + output);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    /// True when the text is in the output or comes soon: a line about a read may be written after its answer.
    boolean prints(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LINE_MAX.toNanos();
        while (!output().contains(text)) {
            if (System.nanoTime() >= deadline) return false;
            Thread.sleep(20);
        }
        return true;
    }

    /// SIGTERM; false when that takes longer than it should.
    boolean stop() throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        if (!ended) kill();
        return ended;
    }

    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
