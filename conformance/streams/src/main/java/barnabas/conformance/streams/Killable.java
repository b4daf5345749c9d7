package barnabas.conformance.streams;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A program that runs until it is killed, and then again.
final class Killable implements AutoCloseable {
    private final List<String> command;
    private final File output;
    private Process process;

    Killable(List<String> command, Path output) throws IOException {
        this.command = command;
        this.output = output.toFile();
        this.process = start();
        // However this program ends, the other one does not outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    private Process start() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                .start();
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
        process = start();
    }

    @Override
    public void close() {
        kill();
    }
}
