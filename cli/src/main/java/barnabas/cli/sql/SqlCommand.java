package barnabas.cli.sql;

import barnabas.broker.logging.LogLevels;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Hands its arguments to the module `sql`, whose jars lie in the folder `sql` beside the command's own: with Kafka
/// Streams they are larger than all the rest, and no other command needs them.
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Run statements of ksqlDB's dialect on Kafka Streams; see docs/sql.",
        footer = {"  barnabas sql server -b localhost:9092", "  barnabas sql test cases.json"})
public final class SqlCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "test FILE...: run the cases of these JSON files and compare what they put out.")
    private List<String> arguments = List.of();

    /// The command with its subcommands.
    public static CommandLine line(Console console, Interruption interruption) {
        return new CommandLine(new SqlCommand(console)).addSubcommand("server", new SqlServer(console, interruption));
    }

    private SqlCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, Failure {
        LogLevels.ofProcess().ifPresent(SqlCommand::quiet);
        ToolProvider tool = SqlJars.tool();
        PrintWriter out = console.text();
        int code = tool.run(out, console.err(), arguments.toArray(String[]::new));
        out.flush();
        return code;
    }

    /// Kafka Streams warns of each record that is no row and of each window that is over, which tests ask for.
    private static void quiet(LogLevels levels) {
        for (String each : List.of("org.apache.kafka", "barnabas.sql")) levels.set(each, Level.ERROR);
    }
}
