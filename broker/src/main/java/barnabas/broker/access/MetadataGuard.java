package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTopicPartitionsRequest.Cursor;
import barnabas.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import barnabas.protocol.message.DescribeTopicPartitionsResponse;
import barnabas.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataRequest.MetadataRequestTopic;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Guards of Metadata and DescribeTopicPartitions. Of all topics they show those that the client may describe; a topic
/// that it names and may not describe is refused, whether it exists or not.
final class MetadataGuard {
    static final Right DESCRIBE = Right.onTopic(Operation.DESCRIBE, "each topic");
    static final Right CREATE_ANY =
            Right.onCluster(Operation.CREATE, "topics that do not exist and would be created, or else");
    static final Right CREATE = Right.onTopic(Operation.CREATE, "each of those");
    static final Right DESCRIBE_CLUSTER = Right.onCluster(Operation.DESCRIBE, "the client's rights on the cluster");

    /// Before this version an empty list stands for all topics.
    private static final short NULL_MEANS_ALL_SINCE = 1;
    /// Before this version each request creates topics.
    private static final short CREATION_OPTIONAL_SINCE = 4;

    private static final int OMITTED = Integer.MIN_VALUE;

    private MetadataGuard() {}

    static Verdict metadata(MetadataRequest request, Access access) {
        List<MetadataRequestTopic> asked = request.topics();
        if (asked == null || (asked.isEmpty() && access.version() < NULL_MEANS_ALL_SINCE)) {
            return Verdict.amended(
                    request,
                    MetadataResponse.class,
                    answer -> completed(
                            answer,
                            answer.topics().stream()
                                    .filter(topic -> topic.name() != null && access.sees(DESCRIBE, topic.name()))
                                    .toList(),
                            access));
        }
        var described = access.split(asked, topic -> access.may(DESCRIBE, topic.name(), topic.topicId()));
        var created = access.split(described.allowed(), topic -> mayBe(topic, request, access));
        List<MetadataResponseTopic> refused = new ArrayList<>();
        for (MetadataRequestTopic each : described.denied()) refused.add(refused(each));
        for (MetadataRequestTopic each : created.denied()) refused.add(refused(each));
        boolean isNothingLeft = created.allowed().isEmpty();
        return Verdict.part(
                request.toBuilder().topics(created.allowed()).build(),
                MetadataResponse.class,
                answer -> completed(answer, isNothingLeft ? refused : Lists.joined(answer.topics(), refused), access),
                !refused.isEmpty());
    }

    /// Whether the topic is there, or is not created by this request, or may be.
    private static boolean mayBe(MetadataRequestTopic topic, MetadataRequest request, Access access) {
        boolean creates = access.version() < CREATION_OPTIONAL_SINCE || request.allowAutoTopicCreation();
        String name = topic.name();
        return !creates
                || name == null
                || !topic.topicId().isZero()
                || !TopicGuards.isCreated(name, access)
                || access.sees(CREATE_ANY)
                || access.may(CREATE, name);
    }

    /// A topic that was asked for by id is shown by it alone, one that was asked for by name by its name.
    private static MetadataResponseTopic refused(MetadataRequestTopic topic) {
        boolean byId = !topic.topicId().isZero();
        return MetadataResponseTopic.builder()
                .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                .name(byId ? null : topic.name())
                .topicId(byId ? topic.topicId() : Uuid.ZERO)
                .build();
    }

    private static MetadataResponse completed(
            MetadataResponse answer, List<MetadataResponseTopic> topics, Access access) {
        List<MetadataResponseTopic> shown = topics.stream()
                .map(topic -> topic.topicAuthorizedOperations() == OMITTED
                        ? topic
                        : topic.toBuilder()
                                .topicAuthorizedOperations(operations(topic.name(), access))
                                .build())
                .toList();
        boolean wanted = answer.clusterAuthorizedOperations() != OMITTED;
        return answer.toBuilder()
                .topics(shown)
                .clusterAuthorizedOperations(Operations.onCluster(access, wanted, DESCRIBE_CLUSTER))
                .build();
    }

    private static int operations(@Nullable String topic, Access access) {
        return topic == null ? 0 : Operations.onTopic(access, topic);
    }

    static Verdict topicPartitions(DescribeTopicPartitionsRequest request, Access access) {
        if (request.topics().isEmpty()) return allTopicPartitions(request, access);
        var split = access.split(request.topics(), DESCRIBE, TopicRequest::name);
        List<DescribeTopicPartitionsResponseTopic> refused = split.denied().stream()
                .map(TopicRequest::name)
                .distinct()
                .map(name -> DescribeTopicPartitionsResponseTopic.builder()
                        .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                        .name(name)
                        .build())
                .toList();
        return topicPartitions(request.toBuilder().topics(split.allowed()).build(), refused, access);
    }

    /// Topics that the client may not describe must not use up the length of a page, nor stand in its cursor.
    private static Verdict allTopicPartitions(DescribeTopicPartitionsRequest request, Access access) {
        Cursor cursor = request.cursor();
        if (cursor != null && cursor.partitionIndex() < 0) return new Verdict.Refused(response(List.of()));
        List<TopicRequest> visible = access.image().topicsByName().stream()
                .map(TopicImage::name)
                .filter(name -> cursor == null || name.compareTo(cursor.topicName()) >= 0)
                .filter(name -> access.sees(DESCRIBE, name))
                .map(TopicRequest::new)
                .toList();
        boolean continues = cursor != null
                && !visible.isEmpty()
                && visible.getFirst().name().equals(cursor.topicName());
        return topicPartitions(
                request.toBuilder()
                        .topics(visible)
                        .cursor(continues ? cursor : null)
                        .build(),
                List.of(),
                access);
    }

    private static Verdict topicPartitions(
            DescribeTopicPartitionsRequest left, List<DescribeTopicPartitionsResponseTopic> refused, Access access) {
        if (left.topics().isEmpty()) return new Verdict.Refused(response(refused));
        return Verdict.part(
                left,
                DescribeTopicPartitionsResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(
                                answer.topics().stream()
                                        .map(topic -> withOperations(topic, access))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    private static DescribeTopicPartitionsResponseTopic withOperations(
            DescribeTopicPartitionsResponseTopic topic, Access access) {
        if (topic.topicAuthorizedOperations() == OMITTED) return topic;
        return topic.toBuilder()
                .topicAuthorizedOperations(operations(topic.name(), access))
                .build();
    }

    private static DescribeTopicPartitionsResponse response(List<DescribeTopicPartitionsResponseTopic> topics) {
        return DescribeTopicPartitionsResponse.builder().topics(topics).build();
    }
}
