package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.config.BrokerConfig;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Topics that come into being without anybody asking for them by name: those that brokers keep their own state in, and
/// those that a client just starts to use.
public final class InternalTopics {
    private static final Logger LOG = LoggerFactory.getLogger(InternalTopics.class);

    private final ClusterMetadata metadata;
    private final Supplier<BrokerConfig> config;
    private final Clock clock;
    /// A client can ask for thousands of topics in one request.
    private final LineRate refusals;

    public InternalTopics(ClusterMetadata metadata, Supplier<BrokerConfig> config, Clock clock) {
        this.metadata = metadata;
        this.config = config;
        this.clock = clock;
        this.refusals = new LineRate(clock.nanos());
    }

    public static boolean contains(String topic) {
        return TopicImage.INTERNAL_NAMES.contains(topic);
    }

    /// The topic, created if need be; empty when that did not work. May block.
    public Optional<TopicImage> ensure(InternalTopic topic) {
        return ensure(topic.topicName());
    }

    /// As [#ensure(InternalTopic)], by name.
    public Optional<TopicImage> ensure(String name) {
        Optional<TopicImage> present = metadata.current().topic(name);
        if (present.isPresent()) return present;
        create(Requester.NODE, definition(name));
        return metadata.current().topic(name);
    }

    /// Creates topics with the broker's defaults, for a client that requests missing topics. May block.
    ///
    /// @param requester the client
    public void createAutomatically(List<String> names, Requester requester) {
        create(requester, names.stream().map(this::definition).toArray(CreatableTopic[]::new));
    }

    private CreatableTopic definition(String name) {
        return InternalTopic.named(name)
                .map(topic -> internal(name, topic.definition(config.get(), this::bounded)))
                .orElseGet(() -> ofClients(name, config.get()));
    }

    /// As Kafka's brokers ask: what this broker's settings do not say is left to the controller's.
    private static CreatableTopic ofClients(String name, BrokerConfig broker) {
        boolean hasCount = broker.layers().merged().containsKey("num.partitions");
        boolean hasFactor = broker.layers().merged().containsKey("default.replication.factor");
        return CreatableTopic.builder()
                .name(name)
                .numPartitions(hasCount ? broker.topics().partitionsDefault() : -1)
                .replicationFactor((short) (hasFactor ? broker.topics().replicationFactorDefault() : -1))
                .build();
    }

    /// The official replication factors are for a cluster of three. A node that is one by itself holds the only
    /// replica;
    /// in a cluster a topic waits, as with Kafka, until there are enough brokers.
    private int bounded(int replicas) {
        if (metadata.isShared()) return replicas;
        ClusterImage image = metadata.current();
        return Math.min(replicas, Math.max(1, image.aliveBrokers().size()));
    }

    private static CreatableTopic internal(String name, InternalTopic.Definition definition) {
        return CreatableTopic.builder()
                .name(name)
                .numPartitions(definition.partitions())
                .replicationFactor((short) definition.replicationFactor())
                .configs(definition.configs().entrySet().stream()
                        .map(each -> new CreatableTopicConfig(each.getKey(), each.getValue()))
                        .toList())
                .build();
    }

    private void create(Requester requester, CreatableTopic... topics) {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(topics))
                .timeoutMs(config.get().network().requestTimeoutMillis())
                .build();
        try {
            CreateTopicsResponse response = metadata.controller().ask(ControllerApis.CREATE_TOPICS, request, requester);
            for (CreateTopicsResponse.CreatableTopicResult result : response.topics()) {
                ErrorCode error = ErrorCode.of(result.errorCode());
                if (error != ErrorCode.NONE && error != ErrorCode.TOPIC_ALREADY_EXISTS) logRefusal(result, error);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void logRefusal(CreateTopicsResponse.CreatableTopicResult result, ErrorCode error) {
        long leftOut = refusals.take(clock.nanos());
        if (leftOut == LineRate.LEFT_OUT) return;
        LOG.warn(
                "Topic {} could not be created: {} {} (and {} others)",
                result.name(),
                error,
                result.errorMessage(),
                leftOut);
    }
}
