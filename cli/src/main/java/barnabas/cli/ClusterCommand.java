package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.records.StartPoint;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that talks to a cluster: it reads its options, connects, does its work and disconnects.
@Command(mixinStandardHelpOptions = true)
abstract class ClusterCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "A broker of the cluster, or several separated by commas (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "127.0.0.1:9092";

    final Console console;

    ClusterCommand(Console console) {
        this.console = console;
    }

    /// Makes sense of the options and refuses what cannot be, before anybody is asked.
    ///
    /// @throws ParameterException see [#misused]
    void prepare() {}

    /// @return what the process ends with
    abstract int run(Cluster cluster) throws Exception;

    @Override
    public final Integer call() throws Exception {
        prepare();
        try (var cluster = connect()) {
            return run(cluster);
        }
    }

    /// Connected: an address where nobody is fails here, at once.
    private Cluster connect() throws ClientException {
        List<Address> addresses;
        try {
            addresses = Address.parseList(bootstrap);
        } catch (IllegalArgumentException e) {
            throw misused("--bootstrap: " + e.getMessage());
        }
        var options = ConnectionOptions.of("barnabas-cli");
        var cluster = new Cluster(addresses, options, PATIENCE, console.random());
        try {
            cluster.any();
        } catch (ClientException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /// To be thrown: what is wrong with the options; the usage is shown with it.
    final ParameterException misused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /// Reads what an option says about where to begin.
    final StartPoint place(String option, String text) {
        try {
            return StartPoint.parse(text, console.clock(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw misused(option + ": " + e.getMessage());
        }
    }
}
