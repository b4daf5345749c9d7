package barnabas.cli.connect.worker;

import barnabas.cli.console.Failure;
import barnabas.cli.secure.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The JVM of a worker. It stops in order when this process ends, because its standard input ends then.
final class WorkerProcess {
    private static final String CLASS = "barnabas.connect.Worker";
    /// Exit codes above it are those of signals.
    private static final int KILLED = 128;

    private static final int OUTPUT_CHARS_MAX = 2_000;

    private final Process process;
    private final WorkerFolder folder;

    private WorkerProcess(Process process, WorkerFolder folder) {
        this.process = process;
        this.folder = folder;
    }

    static WorkerProcess start(WorkerFolder folder, WorkerSettings settings) throws Failure, IOException {
        PrivateFile.write(folder.settings(), settings.text(folder));
        // Ctrl-C of a terminal reaches all processes of the group, and the supervisor stops the worker.
        var command = new ArrayList<String>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\""));
        command.addAll(List.of(RuntimeJars.script(), CLASS, folder.settings().toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.output().toFile());
        Map<String, String> environment = builder.environment();
        environment.put(
                "KAFKA_LOG4J_OPTS",
                "-Dlog4j2.configurationFile=connect-file-log4j2.properties -Dbarnabas.connect.log=" + folder.log());
        return new WorkerProcess(builder.start(), folder);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// One line about the end of the process.
    String end() throws IOException {
        return folder.worker() + " (process " + process.pid() + ") ended with exit code " + process.exitValue()
                + reason() + " (log: " + folder.log() + ")";
    }

    /// The last error in the log or output of a worker that was not killed, with a colon in front.
    private String reason() throws IOException {
        if (process.exitValue() > KILLED) return "";
        String last = WorkerLog.lastError(folder.log());
        if (last.isEmpty() && Files.exists(folder.output())) {
            String output = Files.readString(folder.output()).strip();
            last = output.substring(Math.max(0, output.length() - OUTPUT_CHARS_MAX));
        }
        return last.isEmpty() ? "" : ": " + last;
    }

    /// Asks the worker to stop in order.
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
