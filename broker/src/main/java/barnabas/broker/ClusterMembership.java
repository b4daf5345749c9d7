package barnabas.broker;

import barnabas.base.Disk;
import barnabas.config.BrokerConfig;
import barnabas.metadata.log.KnownVoters;
import java.io.IOException;
import java.nio.file.Path;

/// Makes the [Membership] of a node whose settings ask for a cluster of several nodes. A service
/// ([java.util.ServiceLoader]), so that a node alone loads nothing of it.
public interface ClusterMembership {
    Membership of(BrokerConfig config);

    /// Whether a node with these settings is one of a cluster of several nodes: the settings ask for it, or its
    /// metadata log has other voters than the node. That is looked at only where the settings name controllers.
    static boolean isNeeded(BrokerConfig config, Disk disk) throws StartFailure {
        if (config.asksForCluster(Listening::isThisHost)) return true;
        if (config.metadata().quorum().bootstrapServers().isEmpty()) return false;
        try {
            return !KnownVoters.read(Path.of(config.storage().metadataLogDir()), disk)
                    .others(config.node().nodeId())
                    .isEmpty();
        } catch (IOException e) {
            throw new StartFailure("The metadata log cannot be read: " + e.getMessage(), e);
        }
    }
}
