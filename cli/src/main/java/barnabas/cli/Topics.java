package barnabas.cli;

import barnabas.cli.console.Failure;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.config.keys.NearestName;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Topics looked up by the names given on the command line.
final class Topics {
    private Topics() {}

    /// A topic that is there; otherwise a failure that names the nearest one.
    static Topic existing(Cluster cluster, String name) throws ClientException, Failure {
        try {
            return cluster.topic(name);
        } catch (RequestFailedException e) {
            throw explained(cluster, name, e);
        }
    }

    /// The partitions of topics that are there, in order.
    static List<TopicPartition> partitions(Cluster cluster, Collection<String> names) throws ClientException, Failure {
        var partitions = new ArrayList<TopicPartition>();
        for (String name : names) {
            for (var each : existing(cluster, name).partitions())
                partitions.add(new TopicPartition(name, each.index()));
        }
        return partitions;
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
