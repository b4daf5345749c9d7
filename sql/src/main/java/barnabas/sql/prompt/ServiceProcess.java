package barnabas.sql.prompt;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A service that the prompt has started as a process of its own. It stops when its standard input ends, which is
/// also when the prompt was killed.
final class ServiceProcess implements AutoCloseable {
    /// System property with the start script.
    private static final String SCRIPT = "barnabas.command";

    private static final int POLL_MS = 250;
    private static final int POLLS_MAX = 240;

    private final Process process;

    private ServiceProcess(Process process) {
        this.process = process;
    }

    /// @param log takes the output of the service
    /// @throws IOException when it ends before it answers, or does not answer within a minute
    static ServiceProcess started(String bootstrap, URI rest, AskedService service, Path log)
            throws IOException, InterruptedException {
        List<String> command = command(System.getProperty(SCRIPT), bootstrap, rest);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var started = new ServiceProcess(process);
        for (int i = 0; i < POLLS_MAX; i++) {
            if (service.answers()) return started;
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS))
                throw new IOException("The service ended with " + process.exitValue() + ", see " + log);
        }
        started.close();
        throw new IOException("The service does not answer at " + rest + ", see " + log);
    }

    /// The command of a server. The system cuts long commands of processes, so that of this process is no help: class
    /// path and statements can be long.
    ///
    /// @param script null when this process was not started by it
    static List<String> command(@Nullable String script, String bootstrap, URI rest) {
        var command = new ArrayList<String>();
        if (script != null) command.add(script);
        else {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            command.addAll(List.of(java, "-cp", System.getProperty("java.class.path"), "barnabas.cli.Main"));
        }
        command.addAll(List.of(
                "sql",
                "server",
                "--stop-with-input",
                "-b",
                bootstrap,
                "--rest",
                rest.getHost() + ":" + rest.getPort()));
        return command;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
