package barnabas.broker.api;

import barnabas.broker.access.AuthorizedOperations;
import barnabas.broker.cluster.Endpoints;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.cluster.ShownController;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.TopicNames;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataRequest.MetadataRequestTopic;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.MetadataResponse.MetadataResponseBroker;
import barnabas.protocol.message.MetadataResponse.MetadataResponsePartition;
import barnabas.protocol.message.MetadataResponse.MetadataResponseTopic;
import barnabas.replication.LocalPartitions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Returns brokers, topics and partition leaders to clients. Answered on the event loop from the image; only the
/// automatic creation of topics moves to a virtual thread.
public final class P03Metadata implements Api<MetadataRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    /// Before this version an empty list of topics meant all of them.
    private static final short NULL_MEANS_ALL_SINCE = 1;
    /// Before this version a partition without a leader had no code of its own in the replica list.
    private static final short CREATION_OPTIONAL_SINCE = 4;

    private static final short ID_FIELDS_SINCE = 10;
    private static final short TOPIC_IDS_SINCE = 12;
    /// Larger answers are built on a virtual thread.
    private static final int PARTITIONS_ON_LOOP_MAX = 5_000;

    /// From this version on a client learns that the leader lacks its listener (KIP-207).
    private static final short LISTENERS_SINCE = 6;

    private final ClusterMetadata metadata;
    private final InternalTopics internalTopics;
    private final LiveConfig config;
    private final LocalPartitions local;

    public P03Metadata(
            ClusterMetadata metadata, InternalTopics internalTopics, LiveConfig config, LocalPartitions local) {
        this.local = local;
        this.metadata = metadata;
        this.internalTopics = internalTopics;
        this.config = config;
    }

    @Override
    public ApiKey key() {
        return ApiKey.METADATA;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(MetadataRequest request, Call call) {
        if (namesByIdTooEarly(request, call.version())) {
            call.answer(refused(request));
            return;
        }
        List<String> missing = missing(request, call.version());
        if (missing.isEmpty()) {
            if (isSmall(request)) call.answer(answer(request, call));
            else call.later(() -> answer(request, call));
        } else {
            call.laterAtOnce(() -> {
                for (String name : missing) {
                    if (InternalTopics.contains(name)) internalTopics.ensure(name);
                }
                internalTopics.createAutomatically(
                        missing.stream()
                                .filter(name -> !InternalTopics.contains(name))
                                .toList(),
                        call.requester().with(ApiKey.CREATE_TOPICS.highestStableVersion()));
                return answer(request, call);
            });
        }
    }

    /// Versions that have the fields for topic ids already and may not use them yet: such a request is refused as a
    /// whole.
    private static boolean namesByIdTooEarly(MetadataRequest request, short version) {
        if (version < ID_FIELDS_SINCE || version >= TOPIC_IDS_SINCE || request.topics() == null) return false;
        for (MetadataRequestTopic topic : request.topics())
            if (topic.name() == null || !topic.topicId().isZero()) return true;
        return false;
    }

    /// A request that names one topic by id is answered for ids only, as Kafka does: names beside them count for
    /// nothing.
    private static List<MetadataRequestTopic> withoutNamesBesideIds(List<MetadataRequestTopic> asked, short version) {
        boolean byId = version >= TOPIC_IDS_SINCE
                && asked.stream().anyMatch(topic -> !topic.topicId().isZero());
        if (!byId) return asked;
        return asked.stream()
                .filter(topic -> !topic.topicId().isZero())
                .map(topic -> MetadataRequestTopic.builder()
                        .topicId(topic.topicId())
                        .name(null)
                        .build())
                .toList();
    }

    private static MetadataResponse refused(MetadataRequest request) {
        var topics = new ArrayList<MetadataResponseTopic>();
        for (MetadataRequestTopic topic : Objects.requireNonNull(request.topics())) {
            String name = Objects.requireNonNullElse(topic.name(), "");
            topics.add(failed(ErrorCode.INVALID_REQUEST, name, topic.topicId()));
        }
        return MetadataResponse.builder()
                .topics(topics)
                .clusterAuthorizedOperations(AuthorizedOperations.onCluster(false))
                .build();
    }

    /// Whether the answer takes an event loop a few milliseconds at most.
    private boolean isSmall(MetadataRequest request) {
        ClusterImage image = metadata.current();
        List<MetadataRequestTopic> asked = request.topics();
        if (asked != null && asked.size() > PARTITIONS_ON_LOOP_MAX) return false;
        int partitions = 0;
        if (asked == null || asked.isEmpty()) {
            for (TopicImage topic : image.topicsByName()) {
                partitions += 1 + topic.partitionCount();
                if (partitions > PARTITIONS_ON_LOOP_MAX) return false;
            }
            return true;
        }
        for (MetadataRequestTopic each : asked) {
            String name = each.name();
            Optional<TopicImage> topic =
                    name == null || name.isEmpty() ? image.topic(each.topicId()) : image.topic(name);
            if (topic.isPresent()) partitions += topic.get().partitionCount();
            if (partitions > PARTITIONS_ON_LOOP_MAX) return false;
        }
        return true;
    }

    /// Topics that this request brings into being.
    private List<String> missing(MetadataRequest request, short version) {
        boolean wanted = version < CREATION_OPTIONAL_SINCE || request.allowAutoTopicCreation();
        if (!wanted || request.topics() == null || !config.current().topics().autoCreate()) return List.of();
        ClusterImage image = metadata.current();
        var missing = new LinkedHashSet<String>();
        for (MetadataRequestTopic topic : withoutNamesBesideIds(request.topics(), version)) {
            String name = topic.name();
            if (name != null && image.topic(name).isEmpty() && TopicNames.problem(name) == null) missing.add(name);
        }
        return List.copyOf(missing);
    }

    private MetadataResponse answer(MetadataRequest request, Call call) {
        ClusterImage image = metadata.current();
        var brokers = new ArrayList<MetadataResponseBroker>();
        for (Endpoints.Node node : Endpoints.alive(image, call.connection().listenerName())) {
            brokers.add(new MetadataResponseBroker(node.id(), node.host(), node.port(), node.rack()));
        }
        var topics = new ArrayList<MetadataResponseTopic>();
        boolean operations = request.includeTopicAuthorizedOperations();
        List<MetadataRequestTopic> asked = request.topics();
        if (asked == null || (asked.isEmpty() && call.version() < NULL_MEANS_ALL_SINCE)) {
            for (TopicImage topic : image.topicsByName()) topics.add(described(image, topic, operations, call));
        } else {
            // Each topic once: an answer is much longer than a name. The record's generated hashCode would cost a
            // start 20 ms.
            var seen = new LinkedHashSet<@Nullable Object>();
            for (MetadataRequestTopic topic : withoutNamesBesideIds(asked, call.version())) {
                if (seen.add(topic.topicId().isZero() ? topic.name() : topic.topicId()))
                    topics.add(find(image, topic, operations, call));
            }
        }
        return MetadataResponse.builder()
                .brokers(brokers)
                .clusterId(image.clusterId())
                .controllerId(brokers.isEmpty() ? -1 : ShownController.id(metadata, image))
                .topics(topics)
                .clusterAuthorizedOperations(
                        AuthorizedOperations.onCluster(request.includeClusterAuthorizedOperations()))
                .build();
    }

    private MetadataResponseTopic find(ClusterImage image, MetadataRequestTopic asked, boolean operations, Call call) {
        // Who names a topic by id leaves the name null or empty.
        if (call.version() >= TOPIC_IDS_SINCE && !asked.topicId().isZero()) {
            return image.topic(asked.topicId())
                    .map(topic -> described(image, topic, operations, call))
                    .orElseGet(() -> failed(ErrorCode.UNKNOWN_TOPIC_ID, null, asked.topicId()));
        }
        String name = asked.name();
        if (name == null) return failed(ErrorCode.INVALID_REQUEST, null, Uuid.ZERO);
        Optional<TopicImage> topic = image.topic(name);
        if (topic.isPresent()) return described(image, topic.get(), operations, call);
        boolean valid = TopicNames.problem(name) == null;
        return failed(
                valid ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION, name, Uuid.ZERO);
    }

    private static MetadataResponseTopic failed(ErrorCode error, @Nullable String name, Uuid id) {
        return MetadataResponseTopic.builder()
                .errorCode(error.code())
                .name(name)
                .topicId(id)
                .isInternal(name != null && InternalTopics.contains(name))
                .build();
    }

    /// A leader that is not advertised on the client's listener is none for this client (KIP-207).
    static ErrorCode leaderError(ClusterImage image, PartitionImage partition, Call call) {
        if (!partition.hasLeader()) return ErrorCode.LEADER_NOT_AVAILABLE;
        Optional<BrokerRegistration> leader = image.broker(partition.leader());
        if (leader.isEmpty()) return ErrorCode.LEADER_NOT_AVAILABLE;
        boolean reachable =
                leader.get().endpoint(call.connection().listenerName()).isPresent();
        return reachable ? ErrorCode.NONE : ErrorCode.LISTENER_NOT_FOUND;
    }

    private MetadataResponseTopic described(ClusterImage image, TopicImage topic, boolean operations, Call call) {
        var partitions = new ArrayList<MetadataResponsePartition>(topic.partitionCount());
        for (PartitionImage partition : topic.partitions()) {
            ErrorCode error = leaderError(image, partition, call);
            if (error == ErrorCode.LISTENER_NOT_FOUND && call.version() < LISTENERS_SINCE)
                error = ErrorCode.LEADER_NOT_AVAILABLE;
            partitions.add(MetadataResponsePartition.builder()
                    .errorCode(error.code())
                    .partitionIndex(partition.index())
                    .leaderId(error == ErrorCode.NONE ? partition.leader() : PartitionImage.NO_LEADER)
                    .leaderEpoch(partition.leaderEpoch())
                    .replicaNodes(partition.replicas())
                    .isrNodes(partition.isr())
                    .offlineReplicas(offline(image, topic, partition, local))
                    .build());
        }
        return MetadataResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.id())
                .isInternal(topic.isInternal())
                .partitions(partitions)
                .topicAuthorizedOperations(AuthorizedOperations.onTopic(operations))
                .build();
    }

    /// Replicas of brokers that are away, those in directories that failed, and this broker's own when its log or its
    /// directory is not in order.
    static List<Integer> offline(
            ClusterImage image, TopicImage topic, PartitionImage partition, LocalPartitions local) {
        return partition.replicas().stream()
                .filter(id -> !image.isReplicaOnline(partition, id) || isOfflineHere(id, topic, partition, local))
                .toList();
    }

    private static boolean isOfflineHere(int id, TopicImage topic, PartitionImage partition, LocalPartitions local) {
        return id == local.brokerId() && local.isOffline(topic.name(), partition.index());
    }
}
