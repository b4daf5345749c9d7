package barnabas.cli.cluster;

import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description = {
            "Restart the nodes of a running local cluster, one after the other.",
            "The next node is stopped when every partition has all its replicas in sync.",
            "Nodes whose process has ended are started first."
        },
        exitCodeList = "1:No cluster runs over the directory, a node did not start, or replicas did not get in sync;"
                + " nodes not reached yet were left alone.",
        footer = "  barnabas cluster restart --data /tmp/cluster")
public final class ClusterRestart implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Directory of the cluster, as given to 'barnabas cluster up'. Required.")
    private Path data = Path.of("");

    @Option(
            names = "--node",
            paramLabel = "ID",
            description = "Number of the only node to restart, or to start if it has ended (default: all nodes).")
    private @Nullable Integer node;

    private final Console console;
    private final Interruption interruption;

    public ClusterRestart(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        try (var folder = ClusterFolder.running(data)) {
            var restart = new RollingRestart(folder, PATIENCE, console, interruption);
            boolean complete = node == null ? restart.run() : restart.run(node);
            if (!complete) console.problem("interrupted: the nodes not named above were left alone");
            return complete ? 0 : 1;
        }
    }
}
