package barnabas.metadata.image;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Uuid;

/// One difference between two images. A [Listener] has a method for each kind, so that a new kind cannot be forgotten.
public sealed interface ClusterChange {
    /// Calls the method for this kind of change. A method and not a switch over types, which a starting process would
    /// pay for.
    void applyTo(Listener listener);

    /// Reactions to each kind of change, see [ImageDelta#applyTo]. Every kind has a body, an empty one where the kind
    /// does not matter.
    interface Listener {
        void topicCreated(TopicImage topic);

        void topicDeleted(TopicImage topic);

        void partitionCreated(TopicImage topic, PartitionImage partition);

        void partitionChanged(TopicImage topic, PartitionImage before, PartitionImage after);

        void configsChanged(ConfigResource resource);

        void brokerChanged(int id);

        void controllerChanged(int id);

        void featuresChanged();

        void quotasChanged(QuotaEntity entity);

        void aclChanged(Uuid id);

        void scramChanged(ScramCredential.Key key);

        void delegationTokenChanged(String id);

        void producerIdsChanged();
    }

    /// Followed by a [PartitionCreated] for each partition.
    record TopicCreated(TopicImage topic) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.topicCreated(topic);
        }
    }

    /// With the partitions it had; there are no further notices about them.
    record TopicDeleted(TopicImage topic) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.topicDeleted(topic);
        }
    }

    /// A partition of a new topic, or one that was added.
    record PartitionCreated(TopicImage topic, PartitionImage partition) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.partitionCreated(topic, partition);
        }
    }

    /// Leader, epochs, replicas, ISR or directories differ.
    ///
    /// @param topic as it is now
    record PartitionChanged(TopicImage topic, PartitionImage before, PartitionImage after) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.partitionChanged(topic, before, after);
        }

        public boolean leaderChanged() {
            return before.leader() != after.leader() || before.leaderEpoch() != after.leaderEpoch();
        }
    }

    /// Read what counts now with [ClusterImage#configs(ConfigResource)].
    record ConfigsChanged(ConfigResource resource) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.configsChanged(resource);
        }
    }

    /// Registered, fenced, unfenced, changed or unregistered: see [ClusterImage#broker].
    record BrokerChanged(int id) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.brokerChanged(id);
        }
    }

    record ControllerChanged(int id) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.controllerChanged(id);
        }
    }

    record FeaturesChanged() implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.featuresChanged();
        }
    }

    record QuotasChanged(QuotaEntity entity) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.quotasChanged(entity);
        }
    }

    record AclChanged(Uuid id) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.aclChanged(id);
        }
    }

    record ScramChanged(ScramCredential.Key key) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.scramChanged(key);
        }
    }

    record DelegationTokenChanged(String id) implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.delegationTokenChanged(id);
        }
    }

    record ProducerIdsChanged() implements ClusterChange {
        @Override
        public void applyTo(Listener listener) {
            listener.producerIdsChanged();
        }
    }
}
