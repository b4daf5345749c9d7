package barnabas.cli.cluster;

import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Start a local cluster, each node a process of its own; Ctrl-C stops it.",
            "Every node is a broker and a controller. A second start over the same directory keeps the data."
        },
        exitCodeList = "1:A port or the directory cannot be used, or a node ended; the reason is on standard error.",
        footer = {
            "  barnabas cluster up --data /tmp/cluster",
            "  barnabas cluster up --secure --data /tmp/secured",
            "  barnabas cluster up --nodes 5 --data c5 --port 19092"
        })
public final class ClusterUp implements Callable<Integer> {
    private static final int NODES_MIN = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "Number of nodes, 2 to 9 (default: those of the directory, or 3).")
    private @Nullable Integer nodes;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Directory for data, settings and logs of the nodes, created if missing. Required.")
    private Path data = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port number of the first node; the others and the controllers take the next ones;"
                    + " 0 selects free ports (default: those of the directory, or 9092).")
    private @Nullable String port;

    @Option(
            names = "--secure",
            description =
                    "Turn on TLS, logins and access rules, also between the nodes; keys and the file for clients"
                            + " are in the directory DIR/secrets. The first start needs an empty DIR (default: as at the first start).")
    private boolean secure;

    private final Console console;
    private final Interruption interruption;

    public ClusterUp(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        if (nodes != null && (nodes < NODES_MIN || nodes > ClusterFolder.NODES_MAX))
            throw new ParameterException(spec.commandLine(), "--nodes takes a number from 2 to 9, not '" + nodes + "'");
        if (port != null && !Ports.isPort(port))
            throw new ParameterException(
                    spec.commandLine(), "--port takes a number from 0 to 65535, not '" + port + "'");
        OptionalInt nodesAsked = nodes == null ? OptionalInt.empty() : OptionalInt.of(nodes);
        OptionalInt portAsked = port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
        var asked = new ClusterFolder.Asked(nodesAsked, portAsked, secure);
        try (var folder = ClusterFolder.open(data, asked, console.clock(), console.random());
                var cluster = new LocalCluster(folder, console, interruption)) {
            if (!cluster.start()) return 0;
            var out = console.text();
            Optional<Path> clientFile = folder.clientFile();
            if (clientFile.isPresent()) out.println("Clients need " + clientFile.get() + " (user admin, a secret)");
            out.println("Barnabas cluster ready on " + folder.bootstrapServers());
            out.flush();
            return cluster.watch();
        }
    }
}
