package barnabas.cli.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Process of one node. It stops in order when this process ends, because its standard input ends then.
final class NodeProcess {
    private static final String READY = "Barnabas ready on ";
    private static final String PROBLEM = "barnabas: ";
    private static final int LOG_END_BYTES = 8_192;
    /// Set by the start script.
    private static final String COMMAND = "barnabas.command";

    private final LocalNode node;
    private final Process process;
    private final BufferedReader output;
    private final long logStart;
    private boolean ready;

    private NodeProcess(LocalNode node, Process process, long logStart) {
        this.node = node;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.logStart = logStart;
    }

    static NodeProcess start(LocalNode node) throws IOException {
        Path log = node.log();
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        // Ctrl-C of a terminal reaches all processes of the group, and the cluster's process stops the nodes.
        var command = new ArrayList<String>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\""));
        command.addAll(program());
        command.addAll(List.of("start", "--config", node.config().toString(), "--stop-with-input"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            Files.writeString(node.pid(), process.pid() + "\n");
        } catch (IOException e) {
            process.destroyForcibly();
            boolean _ = node.pid().toFile().delete();
            throw e;
        }
        return new NodeProcess(node, process, logStart);
    }

    private static List<String> program() {
        String script = System.getProperty(COMMAND);
        if (script != null) return List.of(script);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "barnabas.cli.Main");
    }

    LocalNode node() {
        return node;
    }

    long pid() {
        return process.pid();
    }

    /// Whether the node has said that it serves clients.
    boolean isReady() throws IOException {
        while (!ready && output.ready()) {
            String line = output.readLine();
            if (line == null) break;
            ready = line.startsWith(READY);
        }
        return ready;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// One line about the end of the process, with its log file.
    String end() throws IOException {
        String reason = lastProblem().map(line -> ": " + line).orElse("");
        return "node " + node.id() + " (process " + process.pid() + ") ended with exit code " + process.exitValue()
                + reason + " (log: " + node.log() + ")";
    }

    private Optional<String> lastProblem() throws IOException {
        if (!Files.exists(node.log())) return Optional.empty();
        byte[] end;
        try (var channel = Files.newByteChannel(node.log(), StandardOpenOption.READ)) {
            long begin = channel.size() < logStart ? 0 : logStart; // moved away meanwhile
            channel.position(Math.max(begin, channel.size() - LOG_END_BYTES));
            var bytes = ByteBuffer.allocate(LOG_END_BYTES);
            int count = 0;
            while (bytes.hasRemaining() && count >= 0) count = channel.read(bytes);
            end = Arrays.copyOf(bytes.array(), bytes.position());
        }
        return new String(end, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(PROBLEM))
                .map(line -> line.substring(PROBLEM.length()))
                .reduce((_, last) -> last);
    }

    /// Asks the node to stop in order.
    void requestStop() {
        process.destroy();
    }

    boolean awaitEnd(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    void kill() {
        process.destroyForcibly();
    }
}
