package barnabas.sql.prompt;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A service that the prompt has started as a process of its own, with the arguments of this one.
final class ServiceProcess implements AutoCloseable {
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
        ProcessHandle.Info info = ProcessHandle.current().info();
        List<String> command = command(
                info.command().orElseThrow(() -> new IOException("the command of this process is not known")),
                List.of(info.arguments().orElse(new String[0])),
                bootstrap,
                rest);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        var started = new ServiceProcess(process);
        for (int i = 0; i < POLLS_MAX; i++) {
            if (service.answers()) return started;
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS))
                throw new IOException("The service ended with " + process.exitValue() + ", see " + log);
        }
        started.close();
        throw new IOException("The service does not answer at " + rest + ", see " + log);
    }

    /// The command of this process up to its word `sql`, then that of a server.
    static List<String> command(String program, List<String> arguments, String bootstrap, URI rest) throws IOException {
        int sql = -1;
        for (int i = 1; i < arguments.size() && sql < 0; i++)
            if (arguments.get(i).equals("sql") && !arguments.get(i - 1).startsWith("-")) sql = i;
        if (sql < 0)
            throw new IOException("a service can be started by 'barnabas sql' only: start 'barnabas sql server'");
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(arguments.subList(0, sql + 1));
        command.addAll(List.of("server", "-b", bootstrap, "--rest", rest.getHost() + ":" + rest.getPort()));
        return command;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
