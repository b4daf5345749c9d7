package barnabas.cli;

import barnabas.cli.connect.ConnectBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Durations;
import barnabas.cli.console.FailureReport;
import barnabas.cli.console.HelpSections;
import barnabas.cli.console.Interruption;
import barnabas.cli.console.NonNegative;
import barnabas.cli.console.WholeNumbers;
import barnabas.cli.schema.SchemaBranch;
import barnabas.cli.sql.SqlCommand;
import barnabas.cli.storage.StorageCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// All commands. Only those that the arguments name are built: picocli reads every annotation of a command by
/// reflection when it is added.
final class Commands {
    private static final List<String> NAMES = List.of(
            StartOptions.COMMAND,
            "cluster",
            "topic",
            "produce",
            "consume",
            "group",
            "config",
            "acl",
            "user",
            "log",
            "transaction",
            "trace",
            "mirror",
            "migrate",
            "connect",
            "schema",
            "dump",
            "storage",
            "sql");

    @Command(
            name = "barnabas",
            mixinStandardHelpOptions = true,
            version = "barnabas 0.1.0",
            synopsisSubcommandLabel = "COMMAND",
            description = {
                "Start a Kafka-compatible broker, and administer a cluster of such brokers.",
                "'barnabas COMMAND --help' describes a command."
            },
            footer = {
                "  barnabas start --data /var/lib/barnabas",
                "  barnabas topic create orders --partitions 3",
                "  barnabas produce orders --file orders.txt",
                "  barnabas consume orders --follow"
            })
    private static final class Root implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "no command given");
        }
    }

    private Commands() {}

    /// The command line for these arguments, ready to execute them.
    static CommandLine line(String[] arguments, Console console, Interruption interruption) {
        var line = new CommandLine(new Root());
        String first = arguments.length > 0 ? arguments[0] : "";
        String second = arguments.length > 1 ? arguments[1] : "";
        var wanted = NAMES.contains(first) ? List.of(first) : NAMES;
        for (String name : wanted) line.addSubcommand(name, command(name, second, console, interruption));
        acceptConfig(line);
        HelpSections.addTo(line);
        WholeNumbers.registerWith(line);
        Durations.registerWith(line);
        NonNegative.checkOn(line);
        return line.setExecutionExceptionHandler(new FailureReport(console))
                .setParameterExceptionHandler(FailureReport::usage)
                .setOut(console.help())
                .setErr(console.err());
    }

    /// Accepts `--config` for `--command-config`, on commands that have no option of that name themselves.
    private static void acceptConfig(CommandLine line) {
        for (CommandLine each : line.getSubcommands().values()) acceptConfig(each);
        CommandSpec command = line.getCommandSpec();
        OptionSpec option = command.findOption("--command-config");
        if (option == null || command.findOption("--config") != null) return;
        command.remove(option);
        command.addOption(
                option.toBuilder().names("--command-config", "--config").build());
    }

    private static CommandLine command(String name, String second, Console console, Interruption interruption) {
        return switch (name) {
            case StartOptions.COMMAND -> new CommandLine(new StartCommand(console, interruption));
            case "cluster" -> ClusterBranch.line(second, console, interruption);
            case "topic" -> TopicCommand.line(second, console);
            case "produce" -> new CommandLine(new ProduceCommand(console, interruption));
            case "consume" -> new CommandLine(new ConsumeCommand(console, interruption));
            case "group" -> GroupCommand.line(second, console);
            case "config" -> ConfigCommand.line(second, console);
            case "acl" -> AclCommand.line(second, console);
            case "user" -> UserCommand.line(second, console);
            case "log" -> LogCommand.line(second, console);
            case "transaction" -> TransactionCommand.line(second, console);
            case "trace" -> new CommandLine(new TraceCommand(console, interruption));
            case "mirror" -> MirrorCommand.line(second, console);
            case "migrate" -> MigrateBranch.line(second, console);
            case "connect" -> ConnectBranch.line(second, console, interruption);
            case "schema" -> SchemaBranch.line(second, console);
            case "dump" -> new CommandLine(new DumpCommand(console));
            case "storage" -> StorageCommand.line(second, console);
            case "sql" -> SqlCommand.line(console, interruption);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
