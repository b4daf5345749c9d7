package barnabas.metadata.image;

import barnabas.config.dynamic.ConfigResource;
import barnabas.protocol.Uuid;

/// One difference between two images. A listener switches over the kinds it cares about.
public sealed interface ClusterChange {
    /// Followed by a [PartitionCreated] for each partition.
    record TopicCreated(TopicImage topic) implements ClusterChange {}

    /// With the partitions it had; there are no further notices about them.
    record TopicDeleted(TopicImage topic) implements ClusterChange {}

    /// A partition of a new topic, or one that was added.
    record PartitionCreated(TopicImage topic, PartitionImage partition) implements ClusterChange {}

    /// Leader, epochs, replicas, ISR or directories differ.
    ///
    /// @param topic as it is now
    record PartitionChanged(TopicImage topic, PartitionImage before, PartitionImage after) implements ClusterChange {
        public boolean leaderChanged() {
            return before.leader() != after.leader() || before.leaderEpoch() != after.leaderEpoch();
        }
    }

    /// Read what counts now with [ClusterImage#configs(ConfigResource)].
    record ConfigsChanged(ConfigResource resource) implements ClusterChange {}

    /// Registered, fenced, unfenced, changed or unregistered: see [ClusterImage#broker].
    record BrokerChanged(int id) implements ClusterChange {}

    record ControllerChanged(int id) implements ClusterChange {}

    record FeaturesChanged() implements ClusterChange {}

    record QuotasChanged(QuotaEntity entity) implements ClusterChange {}

    record AclChanged(Uuid id) implements ClusterChange {}

    record ScramChanged(ScramCredential.Key key) implements ClusterChange {}

    record DelegationTokenChanged(String id) implements ClusterChange {}

    record ProducerIdsChanged() implements ClusterChange {}
}
