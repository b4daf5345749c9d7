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
        description = "Run statements of ksqlDB's dialect on Kafka Streams; see docs/sql.",
        footer = {
            "  barnabas sql",
            "  barnabas sql -b localhost:9092 -e \"SHOW STREAMS;\"",
            "  barnabas sql --rest localhost:8088 -f statements.sql",
            "  barnabas sql server -b localhost:9092",
            "  barnabas sql test cases.json"
        })
public final class SqlCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Broker for a service that is started when none answers at --rest (default: none).")
    private @Nullable String bootstrap;

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8088",
            description = "Service that carries statements out (default: ${DEFAULT-VALUE}).")
    private String rest = "localhost:8088";

    @Option(
            names = {"-e", "--execute"},
            paramLabel = "STATEMENTS",
            description = "Carry these statements out and end (default: a prompt).")
    private List<String> statements = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Carry the statements of this file out and end (default: a prompt).")
    private @Nullable String file;

    @Option(names = "--json", description = "Show answers as JSON (default: tables).")
    private boolean json;

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
        List<String> all = arguments.isEmpty() ? promptArguments() : arguments;
        int code = tool.run(out, console.err(), all.toArray(String[]::new));
        out.flush();
        return code;
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
