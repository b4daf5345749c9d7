package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.metadata.controller.TopicNames;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Guards of the APIs that create, delete and enlarge topics.
final class TopicGuards {
    private static final Right CREATE_ANY = Right.onCluster(Operation.CREATE, "all topics at once, or else");
    private static final Right CREATE = Right.onTopic(Operation.CREATE, "each topic");
    private static final Right DESCRIBE_CONFIGS =
            Right.onTopic(Operation.DESCRIBE_CONFIGS, "settings of a new topic in the answer");
    private static final Right DELETE_ANY = Right.onCluster(Operation.DELETE, "all topics at once, or else");
    private static final Right DELETE = Right.onTopic(Operation.DELETE, "each topic");
    private static final Right DESCRIBE =
            Right.onTopic(Operation.DESCRIBE, "name of a topic that is asked for by id, absence of one");
    private static final Right ALTER = Right.onTopic(Operation.ALTER, "each topic");

    private static final String FAILED = "Topic authorization failed.";

    private TopicGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.CREATE_TOPICS,
                        CreateTopicsRequest.class,
                        List.of(CREATE_ANY, CREATE, DESCRIBE_CONFIGS),
                        TopicGuards::createTopics),
                new Guard<>(
                        ApiKey.DELETE_TOPICS,
                        DeleteTopicsRequest.class,
                        List.of(DELETE_ANY, DELETE, DESCRIBE),
                        TopicGuards::deleteTopics),
                new Guard<>(
                        ApiKey.CREATE_PARTITIONS,
                        CreatePartitionsRequest.class,
                        List.of(ALTER),
                        TopicGuards::createPartitions));
    }

    private static Verdict createTopics(CreateTopicsRequest request, Access access) {
        boolean all = access.sees(CREATE_ANY);
        var split = access.split(request.topics(), (CreatableTopic topic) -> all || access.may(CREATE, topic.name()));
        List<CreatableTopicResult> refused = split.denied().stream()
                .map(CreatableTopic::name)
                .distinct()
                .map(name -> CreatableTopicResult.builder()
                        .name(name)
                        .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                        .errorMessage("Authorization failed.")
                        .build())
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                CreateTopicsResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(
                                answer.topics().stream()
                                        .map(topic -> withoutHiddenConfigs(topic, access))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    private static CreatableTopicResult withoutHiddenConfigs(CreatableTopicResult topic, Access access) {
        if (topic.errorCode() != ErrorCode.NONE.code() || access.sees(DESCRIBE_CONFIGS, topic.name())) return topic;
        return topic.toBuilder()
                .topicConfigErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                .numPartitions(-1)
                .replicationFactor((short) -1)
                .configs(List.of())
                .build();
    }

    private static Verdict deleteTopics(DeleteTopicsRequest request, Access access) {
        if (access.sees(DELETE_ANY)) return Verdict.PASS;
        var names = access.split(request.topicNames(), (String name) -> mayDelete(name, access));
        var states = access.split(request.topics(), (DeleteTopicState topic) -> mayDelete(topic, access));
        if (names.denied().isEmpty() && states.denied().isEmpty()) return Verdict.PASS;
        List<DeletableTopicResult> refused = Lists.joined(
                names.denied().stream().map(name -> refused(name, Uuid.ZERO)).toList(),
                states.denied().stream()
                        .map(topic -> refused(shownName(topic, access), topic.topicId()))
                        .toList());
        return Verdict.part(
                request.toBuilder()
                        .topicNames(names.allowed())
                        .topics(states.allowed())
                        .build(),
                DeleteTopicsResponse.class,
                answer -> answer.toBuilder()
                        .responses(Lists.joined(answer.responses(), refused))
                        .build(),
                true);
    }

    /// A topic that is asked for by name and by id is left to the API, which refuses it.
    private static boolean mayDelete(DeleteTopicState topic, Access access) {
        String name = topic.name() != null ? topic.name() : nameOf(topic.topicId(), access);
        return name == null || mayDelete(name, access);
    }

    /// Of a topic that it may describe a client learns that it is not there.
    private static boolean mayDelete(String name, Access access) {
        boolean isThere = access.image().topic(name).isPresent();
        return (!isThere && access.sees(DESCRIBE, name)) || access.may(DELETE, name);
    }

    private static @Nullable String nameOf(Uuid id, Access access) {
        return access.image().topic(id).map(TopicImage::name).orElse(null);
    }

    private static @Nullable String shownName(DeleteTopicState topic, Access access) {
        if (topic.name() != null) return topic.name();
        String name = nameOf(topic.topicId(), access);
        return name != null && access.sees(DESCRIBE, name) ? name : null;
    }

    private static DeletableTopicResult refused(@Nullable String name, Uuid id) {
        return new DeletableTopicResult(name, id, ErrorCode.TOPIC_AUTHORIZATION_FAILED.code(), FAILED);
    }

    private static Verdict createPartitions(CreatePartitionsRequest request, Access access) {
        var split = access.split(request.topics(), ALTER, CreatePartitionsTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<CreatePartitionsTopicResult> refused = split.denied().stream()
                .map(CreatePartitionsTopic::name)
                .distinct()
                .map(name -> new CreatePartitionsTopicResult(name, ErrorCode.TOPIC_AUTHORIZATION_FAILED.code(), null))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                CreatePartitionsResponse.class,
                answer -> answer.toBuilder()
                        .results(Lists.joined(answer.results(), refused))
                        .build(),
                true);
    }

    /// Whether Metadata would create a topic of this name.
    static boolean isCreated(@Nullable String name, Access access) {
        return name != null
                && access.createsTopics()
                && access.image().topic(name).isEmpty()
                && TopicNames.problem(name) == null;
    }
}
