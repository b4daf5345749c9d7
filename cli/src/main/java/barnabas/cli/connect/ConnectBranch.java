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
        footer = {"  barnabas connect start", "  barnabas connect start -b broker1:9092 --data /var/lib/connect"})
public final class ConnectBranch {
    static final String REST = "localhost:8083";
    static final String DATA = "connect-data";
    static final String DATA_IS =
            "Directory for plug-ins, secrets and the log, created if missing (default: ${DEFAULT-VALUE}).";

    private static final List<String> NAMES = List.of("start");

    private ConnectBranch() {}

    public static CommandLine line(String second, Console console, Interruption interruption) {
        return CommandBranch.of(new ConnectBranch(), second, NAMES, name -> switch (name) {
            case "start" -> new StartWorker(console, interruption);
            default -> throw new IllegalArgumentException(name);
        });
    }
}
