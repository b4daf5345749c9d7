package barnabas.cli.connect;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Start Kafka Connect beside the broker; administer plug-ins and connectors.",
        footer = {
            "  barnabas connect start",
            "  barnabas connect plugin add ./my-connector.zip",
            "  barnabas connect add lines --plugin FileStreamSource --file lines.properties",
            "  barnabas connect status lines"
        })
public final class ConnectBranch {
    static final String REST = "localhost:8083";
    static final String DATA = "connect-data";
    static final String DATA_IS =
            "Directory of the worker: plug-ins, secrets, log; created if missing (default: ${DEFAULT-VALUE}).";

    private static final List<String> NAMES = List.of(
            "start", "plugin", "add", "list", "status", "logs", "pause", "stop", "resume", "restart", "offsets", "dlq",
            "remove");

    private ConnectBranch() {}

    public static CommandLine line(String second, Console console, Interruption interruption) {
        return CommandBranch.of(new ConnectBranch(), second, NAMES, name -> switch (name) {
            case "start" -> new StartWorker(console, interruption);
            case "plugin" -> PluginCommands.line(console);
            case "add" -> new AddConnector(console);
            case "list" -> new ConnectorCommands.ListConnectors(console);
            case "status" -> new ConnectorCommands.Status(console);
            case "logs" -> new ConnectorCommands.Logs(console);
            case "pause" -> new ConnectorCommands.PauseConnector(console);
            case "stop" -> new ConnectorCommands.StopConnector(console);
            case "resume" -> new ConnectorCommands.Resume(console);
            case "restart" -> new ConnectorCommands.Restart(console);
            case "offsets" -> OffsetCommands.line(console);
            case "dlq" -> new DeadLetters(console);
            case "remove" -> new ConnectorCommands.Remove(console);
            default -> throw new IllegalArgumentException(name);
        });
    }
}
