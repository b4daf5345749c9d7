package barnabas.cli.balance;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.QuorumAdmin;
import barnabas.client.admin.ReplicaAdmin;
import java.util.List;
import java.util.Optional;

/// A broker on the cluster's list, running or not.
public record ListedNode(Cluster cluster, int id) {
    static final String CORDONED = "cordoned.log.dirs";

    /// Has the broker take new partitions, or none (KIP-1066).
    ///
    /// @return the reason why it cannot be changed, as below metadata.version 4.3
    public Optional<String> cordon(boolean cordoned) throws ClientException {
        ConfigAdmin.Change change =
                cordoned ? new ConfigAdmin.Change.Set(CORDONED, "*") : new ConfigAdmin.Change.Unset(CORDONED);
        try {
            var broker = new ConfigAdmin.Resource(ConfigAdmin.ResourceType.BROKER, "" + id);
            new ConfigAdmin(cluster).alter(broker, List.of(change), false);
            return Optional.empty();
        } catch (RequestFailedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    public boolean runs() throws ClientException {
        cluster.refresh(List.of(), false);
        return cluster.metadata().brokers().containsKey(id);
    }

    public void unregister() throws ClientException {
        new ReplicaAdmin(cluster).unregister(id);
    }

    /// Whether it is a voter of the metadata quorum as well.
    public boolean isVoter() throws ClientException {
        return new QuorumAdmin(cluster).describe().voters().containsKey(id);
    }
}
