package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import barnabas.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import barnabas.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import barnabas.protocol.message.OffsetForLeaderEpochRequest;
import barnabas.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import barnabas.protocol.message.OffsetForLeaderEpochResponse;
import barnabas.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import barnabas.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import java.util.List;

/// Guards of the APIs about offsets, but for OffsetFetch.
final class OffsetGuards {
    private static final Right DESCRIBE_TOPIC = Right.onTopic(Operation.DESCRIBE, "each topic");
    private static final Right FOLLOW = Right.onCluster(Operation.CLUSTER_ACTION, "all topics at once, or else");
    private static final Right READ_GROUP = Right.onGroup(Operation.READ, "the group");
    private static final Right READ_TOPIC = Right.onTopic(Operation.READ, "each topic");
    private static final Right DELETE_GROUP = Right.onGroup(Operation.DELETE, "the group");

    private static final int COMMIT_IDS_SINCE = 10;
    private static final short FAILED = ErrorCode.TOPIC_AUTHORIZATION_FAILED.code();

    private OffsetGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.LIST_OFFSETS,
                        ListOffsetsRequest.class,
                        List.of(DESCRIBE_TOPIC),
                        OffsetGuards::listOffsets),
                new Guard<>(
                        ApiKey.OFFSET_FOR_LEADER_EPOCH,
                        OffsetForLeaderEpochRequest.class,
                        List.of(FOLLOW, DESCRIBE_TOPIC),
                        OffsetGuards::offsetForLeaderEpoch),
                new Guard<>(
                        ApiKey.OFFSET_COMMIT,
                        OffsetCommitRequest.class,
                        List.of(READ_GROUP, READ_TOPIC),
                        OffsetGuards::offsetCommit),
                new Guard<>(
                        ApiKey.OFFSET_DELETE,
                        OffsetDeleteRequest.class,
                        List.of(DELETE_GROUP, READ_TOPIC),
                        OffsetGuards::offsetDelete));
    }

    private static Verdict listOffsets(ListOffsetsRequest request, Access access) {
        var split = access.split(request.topics(), DESCRIBE_TOPIC, ListOffsetsTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<ListOffsetsTopicResponse> refused = split.denied().stream()
                .map(topic -> new ListOffsetsTopicResponse(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each ->
                                        new ListOffsetsPartitionResponse(each.partitionIndex(), FAILED, -1, -1, -1))
                                .toList()))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                ListOffsetsResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }

    private static Verdict offsetForLeaderEpoch(OffsetForLeaderEpochRequest request, Access access) {
        if (access.sees(FOLLOW)) return Verdict.PASS;
        var split = access.split(request.topics(), DESCRIBE_TOPIC, OffsetForLeaderTopic::topic);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<OffsetForLeaderTopicResult> refused = split.denied().stream()
                .map(topic -> new OffsetForLeaderTopicResult(
                        topic.topic(),
                        topic.partitions().stream()
                                .map(each -> new EpochEndOffset(FAILED, each.partition(), -1, -1))
                                .toList()))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                OffsetForLeaderEpochResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }

    private static Verdict offsetCommit(OffsetCommitRequest request, Access access) {
        if (!access.may(READ_GROUP, request.groupId())) {
            return new Verdict.Refused(OffsetCommitResponse.builder()
                    .topics(refused(request.topics(), ErrorCode.GROUP_AUTHORIZATION_FAILED))
                    .build());
        }
        var split = access.split(
                request.topics(), topic -> access.may(READ_TOPIC, topic.name(), topic.topicId(), COMMIT_IDS_SINCE));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<OffsetCommitResponseTopic> refused = refused(split.denied(), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        if (split.allowed().isEmpty()) {
            return new Verdict.Refused(
                    OffsetCommitResponse.builder().topics(refused).build());
        }
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                OffsetCommitResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }

    private static List<OffsetCommitResponseTopic> refused(List<OffsetCommitRequestTopic> topics, ErrorCode error) {
        return topics.stream()
                .map(topic -> new OffsetCommitResponseTopic(
                        topic.name(),
                        topic.topicId(),
                        topic.partitions().stream()
                                .map(each -> new OffsetCommitResponsePartition(each.partitionIndex(), error.code()))
                                .toList()))
                .toList();
    }

    private static Verdict offsetDelete(OffsetDeleteRequest request, Access access) {
        if (!access.may(DELETE_GROUP, request.groupId())) {
            return new Verdict.Refused(OffsetDeleteResponse.builder()
                    .errorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.code())
                    .build());
        }
        var split = access.split(request.topics(), READ_TOPIC, OffsetDeleteRequestTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<OffsetDeleteResponseTopic> refused = split.denied().stream()
                .map(topic -> new OffsetDeleteResponseTopic(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each -> new OffsetDeleteResponsePartition(each.partitionIndex(), FAILED))
                                .toList()))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                OffsetDeleteResponse.class,
                answer -> answer.errorCode() != ErrorCode.NONE.code()
                        ? answer
                        : answer.toBuilder()
                                .topics(Lists.joined(answer.topics(), refused))
                                .build(),
                true);
    }
}
