package barnabas.cli;

import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.ConnectionOptions;
import barnabas.client.RequestFailedException;
import barnabas.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The cluster that a command talks to.
final class Target {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "A broker of the cluster, or several separated by commas (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "127.0.0.1:9092";

    /// Connected: an address where nobody is fails here, at once.
    Cluster connect(Console console) throws ClientException {
        List<Address> addresses;
        try {
            addresses = Address.parseList(bootstrap);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--bootstrap: " + e.getMessage());
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

    /// A topic that is there; otherwise a failure that names the nearest one.
    static Topic topic(Cluster cluster, String name) throws ClientException, Failure {
        try {
            return cluster.topic(name);
        } catch (RequestFailedException e) {
            throw explained(cluster, name, e);
        }
    }

    static Failure explained(Cluster cluster, String name, RequestFailedException failure)
            throws ClientException, Failure {
        if (failure.error() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) throw failure;
        cluster.refresh(null, false);
        var nearest = NearestName.to(name, cluster.metadata().topics().keySet());
        return new Failure(failure.getMessage()
                + nearest.map(near -> ": did you mean '" + near + "'?")
                        .orElse(": create it with 'barnabas topic create " + name + "'"));
    }
}
