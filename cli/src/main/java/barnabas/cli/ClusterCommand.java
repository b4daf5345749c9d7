package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.records.StartPoint;
import barnabas.cli.secure.ClientConfig;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.config.keys.NearestName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that connects to a cluster: check the options, connect, run, disconnect.
@Command(mixinStandardHelpOptions = true)
abstract class ClusterCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-b", "--bootstrap", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Brokers to connect to first, separated by commas (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "127.0.0.1:9092";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description =
                    "Client properties file: security.protocol, ssl.*, sasl.*, bootstrap.servers (default: none).")
    private @Nullable Path clientConfig;

    final Console console;

    ClusterCommand(Console console) {
        this.console = console;
    }

    /// Parse and check the options, before the connection is opened.
    ///
    /// @throws ParameterException see [#misused]
    void prepare() {}

    /// @return the exit code of the process
    abstract int run(Cluster cluster) throws Exception;

    @Override
    public final Integer call() throws Exception {
        prepare();
        try (var cluster = connect()) {
            return run(cluster);
        }
    }

    /// Connect to one broker, so that a wrong address fails before the command runs.
    private Cluster connect() throws ClientException, Failure {
        ClientConfig config = config();
        boolean given = spec.commandLine().getParseResult().hasMatchedOption("--bootstrap");
        List<Address> addresses;
        try {
            addresses = Address.parseList(
                    given ? bootstrap : config.settings().getOrDefault("bootstrap.servers", bootstrap));
        } catch (IllegalArgumentException e) {
            throw misused("--bootstrap: " + e.getMessage());
        }
        var options = ConnectionOptions.of("barnabas-cli").with(config.security());
        var cluster = new Cluster(addresses, options, PATIENCE, console.random());
        cluster.onDelay(console::waitsFor);
        try {
            cluster.any();
        } catch (ClientException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /// The client properties file of this command.
    final ClientConfig config() throws Failure {
        return ClientConfig.read(clientConfig);
    }

    /// Exception for wrong options; its message is shown as one line and the process ends with 2.
    final ParameterException misused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /// Exception for a value outside a fixed set; its message has the allowed values and the nearest of them.
    final ParameterException misused(String option, String value, List<String> allowed) {
        String choices = String.join(", ", allowed.subList(0, allowed.size() - 1)) + " or " + allowed.getLast();
        String nearest = NearestName.to(value, allowed)
                .map(each -> ": did you mean '" + each + "'?")
                .orElse("");
        return misused(option + " takes " + choices + ", not '" + value + "'" + nearest);
    }

    /// Parse an option that names an offset or a time.
    final StartPoint place(String option, String text) {
        try {
            return StartPoint.parse(text, console.clock(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw misused(option + ": " + e.getMessage());
        }
    }
}
