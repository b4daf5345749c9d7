package barnabas.sql.prompt;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The command `barnabas sql` without a subcommand: statements of `-e` and `-f`, or else a prompt.
public final class PromptTool {
    private static final int USAGE = 2;

    private PromptTool() {}

    /// @param home folder of the history
    public static int run(PrintWriter out, PrintWriter err, List<String> arguments, Path home) {
        PromptOptions options;
        try {
            options = PromptOptions.of(arguments);
        } catch (IllegalArgumentException e) {
            err.println("barnabas sql: " + e.getMessage());
            return USAGE;
        }
        var service = new RestClient(options.rest());
        try {
            if (service.answers()) return run(out, err, options, service, home);
            if (options.bootstrap() == null) {
                err.println(
                        "barnabas sql: no service answers at " + options.rest()
                                + ". Start one with 'barnabas sql server -b HOST:PORT', or give -b HOST:PORT to start it here.");
                return 1;
            }
            Path log = Files.createTempFile("barnabas-sql-server-", ".log");
            err.println("No service answers at " + options.rest() + ": starting one for " + options.bootstrap()
                    + ", which ends with this command. Its log is " + log + ".");
            err.flush();
            try (ServiceProcess _ = ServiceProcess.started(options.bootstrap(), options.rest(), service, log)) {
                return run(out, err, options, service, home);
            }
        } catch (IOException e) {
            out.flush();
            err.println("barnabas sql: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static int run(PrintWriter out, PrintWriter err, PromptOptions options, AskedService service, Path home)
            throws IOException, InterruptedException {
        if (options.statements().isEmpty() && options.file() == null)
            return new Prompt(service, options, home.resolve(".barnabas_sql_history")).run();
        int width = 120;
        var session = new PromptSession(service, out, width, options.json());
        try {
            if (options.file() != null) session.run(Files.readString(Path.of(options.file())));
            for (String each : options.statements()) session.run(each);
        } catch (ServiceProblem e) {
            out.flush();
            err.println("Error: " + e.getMessage());
            return 1;
        }
        return 0;
    }
}
