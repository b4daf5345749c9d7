package barnabas.broker.cluster;

import barnabas.config.BrokerConfig;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Topics that come into being without anybody asking for them by name: those that brokers keep their own state in, and
/// those that a client just starts to use.
public final class InternalTopics {
    private static final Logger LOG = LoggerFactory.getLogger(InternalTopics.class);
    public static final String GROUP_OFFSETS = "__consumer_offsets";
    public static final String TRANSACTION_STATE = "__transaction_state";
    /// The client id that Kafka lets write to internal topics.
    public static final String ADMIN_CLIENT_ID = "__admin_client";

    private final ClusterMetadata metadata;
    private final Supplier<BrokerConfig> config;

    public InternalTopics(ClusterMetadata metadata, Supplier<BrokerConfig> config) {
        this.metadata = metadata;
        this.config = config;
    }

    public static boolean contains(String topic) {
        return TopicImage.INTERNAL_NAMES.contains(topic);
    }

    /// The topic, created if need be; empty when that did not work. May block.
    public Optional<TopicImage> ensure(String name) {
        Optional<TopicImage> present = metadata.current().topic(name);
        if (present.isPresent()) return present;
        create(definition(name));
        return metadata.current().topic(name);
    }

    /// Creates topics with the broker's defaults, for a client that asks for topics nobody created. May block.
    public void createAutomatically(List<String> names) {
        create(names.stream().map(this::definition).toArray(CreatableTopic[]::new));
    }

    private CreatableTopic definition(String name) {
        BrokerConfig now = config.get();
        return switch (name) {
            case GROUP_OFFSETS -> {
                var offsets = now.groups().offsets();
                yield internal(
                        name,
                        offsets.partitions(),
                        offsets.replicationFactor(),
                        Map.of(
                                "cleanup.policy", "compact",
                                "compression.type", "producer",
                                "segment.bytes", Integer.toString(offsets.segmentBytes())));
            }
            case TRANSACTION_STATE -> {
                var state = now.transactions().stateTopic();
                yield internal(
                        name,
                        state.partitions(),
                        state.replicationFactor(),
                        Map.of(
                                "cleanup.policy", "compact",
                                "compression.type", "uncompressed",
                                "unclean.leader.election.enable", "false",
                                "min.insync.replicas", Integer.toString(bounded(state.minInsyncReplicas())),
                                "segment.bytes", Integer.toString(state.segmentBytes())));
            }
            default ->
                CreatableTopic.builder()
                        .name(name)
                        .numPartitions(-1)
                        .replicationFactor((short) -1)
                        .build();
        };
    }

    /// The official replication factors are for a cluster of three: with fewer brokers each holds a replica.
    private int bounded(int replicas) {
        ClusterImage image = metadata.current();
        return Math.min(replicas, Math.max(1, image.aliveBrokers().size()));
    }

    private CreatableTopic internal(String name, int partitions, int replicationFactor, Map<String, String> configs) {
        return CreatableTopic.builder()
                .name(name)
                .numPartitions(partitions)
                .replicationFactor((short) bounded(replicationFactor))
                .configs(configs.entrySet().stream()
                        .map(each -> new CreatableTopicConfig(each.getKey(), each.getValue()))
                        .toList())
                .build();
    }

    private void create(CreatableTopic... topics) {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(topics))
                .timeoutMs(config.get().network().requestTimeoutMillis())
                .build();
        try {
            CreateTopicsResponse response = metadata.createTopics(request);
            for (CreateTopicsResponse.CreatableTopicResult result : response.topics()) {
                ErrorCode error = ErrorCode.of(result.errorCode());
                if (error != ErrorCode.NONE && error != ErrorCode.TOPIC_ALREADY_EXISTS) {
                    LOG.warn("Topic {} could not be created: {} {}", result.name(), error, result.errorMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
