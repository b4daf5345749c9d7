package barnabas.conformance.streams;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that runs until it is killed, and then again.
final class Killable implements AutoCloseable {
    private final List<String> command;
    private final File output;
    private Process process;

    Killable(List<String> command, Path output) throws IOException {
        this.command = command;
        this.output = output.toFile();
        this.process = start();
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
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) throw new IllegalStateException("survived SIGKILL: " + command);
    }

    void restart() throws IOException {
        process = start();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
