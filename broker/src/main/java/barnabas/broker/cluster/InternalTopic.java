package barnabas.broker.cluster;

import barnabas.config.BrokerConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// The topics in which coordinators keep their state: how a client asks for a coordinator, and how the topic is created
/// and loaded.
public enum InternalTopic {
    GROUP_OFFSETS("__consumer_offsets", (byte) 0) {
        @Override
        public int loadBufferBytes(BrokerConfig config) {
            return config.groups().offsets().loadBufferBytes();
        }

        @Override
        Definition definition(BrokerConfig config, IntUnaryOperator bounded) {
            var offsets = config.groups().offsets();
            return new Definition(
                    offsets.partitions(),
                    bounded.applyAsInt(offsets.replicationFactor()),
                    Map.of(
                            "cleanup.policy", "compact",
                            "compression.type", "producer",
                            "segment.bytes", Integer.toString(offsets.segmentBytes())));
        }
    },
    TRANSACTION_STATE("__transaction_state", (byte) 1) {
        @Override
        public int loadBufferBytes(BrokerConfig config) {
            return config.transactions().stateTopic().loadBufferBytes();
        }

        @Override
        Definition definition(BrokerConfig config, IntUnaryOperator bounded) {
            var state = config.transactions().stateTopic();
            return new Definition(
                    state.partitions(),
                    bounded.applyAsInt(state.replicationFactor()),
                    Map.of(
                            "cleanup.policy", "compact",
                            "compression.type", "uncompressed",
                            "unclean.leader.election.enable", "false",
                            "min.insync.replicas", Integer.toString(bounded.applyAsInt(state.minInsyncReplicas())),
                            "segment.bytes", Integer.toString(state.segmentBytes())));
        }
    };

    /// @param configs the topic's own configuration
    record Definition(int partitions, int replicationFactor, Map<String, String> configs) {}

    private final String topicName;
    private final byte keyType;

    InternalTopic(String topicName, byte keyType) {
        this.topicName = topicName;
        this.keyType = keyType;
    }

    /// Name of the topic.
    public String topicName() {
        return topicName;
    }

    /// Bytes read at once when a partition of the topic is loaded.
    public abstract int loadBufferBytes(BrokerConfig config);

    /// @param bounded a number of replicas to the number that the cluster can hold
    abstract Definition definition(BrokerConfig config, IntUnaryOperator bounded);

    public static Optional<InternalTopic> named(String topicName) {
        for (InternalTopic topic : values()) if (topic.topicName.equals(topicName)) return Optional.of(topic);
        return Optional.empty();
    }

    /// @param keyType of a FindCoordinator request
    public static Optional<InternalTopic> ofKeyType(byte keyType) {
        for (InternalTopic topic : values()) if (topic.keyType == keyType) return Optional.of(topic);
        return Optional.empty();
    }
}
