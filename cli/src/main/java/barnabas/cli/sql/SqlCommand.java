package barnabas.cli.sql;

import barnabas.broker.logging.LogLevels;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Hands its arguments to the module `sql`, whose jars lie in the folder `sql` beside the command's own: with Kafka
/// Streams they are larger than all the rest, and no other command needs them.
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Run SQL statements in ksqlDB's dialect on Kafka Streams; see docs/sql.",
        footer = {
            "  barnabas sql",
            "  barnabas sql -b broker1:9092 -e \"SHOW STREAMS;\"",
            "  barnabas sql --rest sql1:8088 -f statements.sql",
            "  barnabas sql server -b broker1:9092",
            "  barnabas sql test cases.json"
        })
public final class SqlCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-b", "--bootstrap", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Brokers for a service that this command starts when none answers at --rest (default: none).")
    private @Nullable String bootstrap;

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8088",
            description = "Address of the SQL service (default: ${DEFAULT-VALUE}).")
    private String rest = "127.0.0.1:8088";

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "STATEMENTS",
            description = "Run these statements and exit. Repeatable (default: open a prompt).")
    private List<String> statements = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Run the statements of this file and exit (default: open a prompt).")
    private @Nullable String file;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Option(
            names = "--extension-dir",
            paramLabel = "DIR",
            description = "Folder of jars with functions of your own, for 'test' (default: none).")
    private @Nullable String extensions;

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description =
                    "'test FILE...' runs the test cases of these JSON files and compares their output (default: none).")
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
        List<String> all = arguments.isEmpty() ? promptArguments() : testArguments();
        int code = tool.run(out, console.err(), all.toArray(String[]::new));
        out.flush();
        return code;
    }

    private List<String> testArguments() {
        var all = new ArrayList<>(arguments);
        if (extensions != null) all.addAll(1, List.of("--extension-dir", extensions));
        return all;
    }

    private List<String> promptArguments() {
        var all = new ArrayList<>(List.of("--rest", rest));
        if (bootstrap != null) all.addAll(List.of("-b", bootstrap));
        if (file != null) all.addAll(List.of("-f", file));
        for (String each : statements) all.addAll(List.of("-e", each));
        if (json) all.add("--json");
        return all;
    }

    /// Kafka Streams warns of each record that is no row and of each window that is over, which tests ask for.
    private static void quiet(LogLevels levels) {
        for (String each : List.of("org.apache.kafka", "barnabas.sql")) levels.set(each, Level.ERROR);
    }
}
