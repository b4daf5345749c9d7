package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Start a local cluster, show any cluster: up, status, restart.",
        footer = {"  barnabas cluster up --data /tmp/cluster", "  barnabas cluster status"})
final class ClusterBranch {
    private static final List<String> NAMES = List.of("up", "status", "restart");

    private ClusterBranch() {}

    static CommandLine line(String second, Console console, Interruption interruption) {
        return Commands.branch(new ClusterBranch(), second, NAMES, name -> switch (name) {
            case "up" -> new ClusterUp(console, interruption);
            case "status" -> new ClusterStatus(console);
            case "restart" -> new ClusterRestart(console, interruption);
            default -> throw new IllegalArgumentException(name);
        });
    }
}
