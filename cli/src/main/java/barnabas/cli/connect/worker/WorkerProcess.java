package barnabas.cli.connect.worker;

import barnabas.cli.console.Failure;
import barnabas.cli.secure.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The JVM of a worker. It stops in order when this process ends, because its standard input ends then.
final class WorkerProcess {
    /// Set by the start script.
    private static final String COMMAND = "barnabas.command";

    private static final String CLASS = "barnabas.connect.Worker";
    private static final int OUTPUT_CHARS_MAX = 2_000;

    private final Process process;
    private final WorkerFolder folder;

    private WorkerProcess(Process process, WorkerFolder folder) {
        this.process = process;
        this.folder = folder;
    }

    private static String script() throws Failure {
        String command = System.getProperty(COMMAND);
        if (command == null) throw new Failure("'barnabas connect' runs from a checkout: start it with bin/barnabas");
        return Path.of(command).resolveSibling("connect-run-class.sh").toString();
    }

    /// Fetches the runtime at the first call; its progress goes to standard error.
    static void prepare() throws Failure, IOException, InterruptedException {
        Process prepare = new ProcessBuilder(script(), "--prepare").inheritIO().start();
        try {
            if (prepare.waitFor() != 0) throw new Failure("the Connect runtime could not be fetched");
        } finally {
            prepare.destroy();
        }
    }

    static WorkerProcess start(WorkerFolder folder, WorkerSettings settings) throws Failure, IOException {
        PrivateFile.write(folder.settings(), settings.text(folder));
        // Ctrl-C of a terminal reaches all processes of the group, and the supervisor stops the worker.
        var command = new ArrayList<String>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\""));
        command.addAll(List.of(script(), CLASS, folder.settings().toString()));
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
        return "the worker (process " + process.pid() + ") ended with exit code " + process.exitValue() + reason()
                + " (log: " + folder.log() + ")";
    }

    /// The last error in the worker's log or output, with a colon in front.
    private String reason() throws IOException {
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
