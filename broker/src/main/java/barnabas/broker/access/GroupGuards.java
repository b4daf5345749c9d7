package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse.Assignment;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.SyncGroupRequest;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Guards of the APIs of group members, and of those that list and delete groups.
final class GroupGuards {
    private static final Right READ = Right.onGroup(Operation.READ, "the group");
    private static final Right DESCRIBE_TOPIC = Right.onTopic(Operation.DESCRIBE, "each topic");
    private static final Right DESCRIBE_ALL = Right.onCluster(Operation.DESCRIBE, "all groups at once, or else");
    private static final Right DESCRIBE = Right.onGroup(Operation.DESCRIBE, "each group");
    private static final Right DELETE = Right.onGroup(Operation.DELETE, "each group");

    private static final ErrorCode FAILED = ErrorCode.GROUP_AUTHORIZATION_FAILED;

    private GroupGuards() {}

    static List<Guard<?>> all() {
        List<Right> member = List.of(READ);
        return List.of(
                new Guard<>(
                        ApiKey.JOIN_GROUP,
                        JoinGroupRequest.class,
                        member,
                        member(JoinGroupRequest::groupId, request -> JoinGroup.refusal(FAILED, request.memberId()))),
                new Guard<>(
                        ApiKey.SYNC_GROUP,
                        SyncGroupRequest.class,
                        member,
                        member(SyncGroupRequest::groupId, _ -> SyncGroup.refusal(FAILED))),
                new Guard<>(
                        ApiKey.HEARTBEAT,
                        HeartbeatRequest.class,
                        member,
                        member(HeartbeatRequest::groupId, _ -> new HeartbeatResponse(0, FAILED.code()))),
                new Guard<>(
                        ApiKey.LEAVE_GROUP,
                        LeaveGroupRequest.class,
                        member,
                        member(LeaveGroupRequest::groupId, _ -> LeaveGroup.refusal(FAILED))),
                new Guard<>(
                        ApiKey.CONSUMER_GROUP_HEARTBEAT,
                        ConsumerGroupHeartbeatRequest.class,
                        List.of(READ, DESCRIBE_TOPIC),
                        GroupGuards::consumerHeartbeat),
                new Guard<>(
                        ApiKey.LIST_GROUPS,
                        ListGroupsRequest.class,
                        List.of(DESCRIBE_ALL, DESCRIBE),
                        GroupGuards::listGroups),
                new Guard<>(
                        ApiKey.DELETE_GROUPS, DeleteGroupsRequest.class, List.of(DELETE), GroupGuards::deleteGroups),
                new Guard<>(
                        ApiKey.OFFSET_FETCH,
                        OffsetFetchRequest.class,
                        List.of(DESCRIBE, DESCRIBE_TOPIC),
                        (request, access) -> OffsetFetchGuard.check(request, access, DESCRIBE, DESCRIBE_TOPIC)));
    }

    private static <Q> Guard.Check<Q> member(Function<Q, String> group, Function<Q, ResponseMessage> refusal) {
        return (request, access) ->
                access.may(READ, group.apply(request)) ? Verdict.PASS : new Verdict.Refused(refusal.apply(request));
    }

    private static Verdict consumerHeartbeat(ConsumerGroupHeartbeatRequest request, Access access) {
        if (!access.may(READ, request.groupId())) return refused(FAILED);
        List<String> topics = request.subscribedTopicNames();
        if (topics != null) {
            for (String each : topics)
                if (!access.may(DESCRIBE_TOPIC, each)) return refused(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        }
        return Verdict.amended(request, ConsumerGroupHeartbeatResponse.class, answer -> withoutHidden(answer, access));
    }

    /// A regular expression can match topics whose existence the member may not learn of.
    private static ConsumerGroupHeartbeatResponse withoutHidden(ConsumerGroupHeartbeatResponse answer, Access access) {
        Assignment assignment = answer.assignment();
        if (assignment == null) return answer;
        var shown = assignment.topicPartitions().stream()
                .filter(topic -> {
                    String name = access.topicName(null, topic.topicId());
                    return name == null || access.sees(DESCRIBE_TOPIC, name);
                })
                .toList();
        return shown.size() == assignment.topicPartitions().size()
                ? answer
                : answer.toBuilder().assignment(new Assignment(shown)).build();
    }

    private static Verdict refused(ErrorCode error) {
        return new Verdict.Refused(
                ConsumerGroupHeartbeatResponse.builder().errorCode(error.code()).build());
    }

    private static Verdict listGroups(ListGroupsRequest request, Access access) {
        if (access.sees(DESCRIBE_ALL)) return Verdict.PASS;
        return Verdict.amended(
                request,
                ListGroupsResponse.class,
                answer -> answer.toBuilder()
                        .groups(answer.groups().stream()
                                .filter(group -> access.sees(DESCRIBE, group.groupId()))
                                .toList())
                        .build());
    }

    private static Verdict deleteGroups(DeleteGroupsRequest request, Access access) {
        var split = access.split(request.groupsNames(), access.having(DELETE));
        if (split.denied().isEmpty()) return Verdict.PASS;
        Supplier<List<DeletableGroupResult>> refused = () -> split.denied().stream()
                .distinct()
                .map(group -> DeletableGroupResult.builder()
                        .groupId(group)
                        .errorCode(FAILED.code())
                        .build())
                .toList();
        if (split.allowed().isEmpty()) {
            return new Verdict.Refused(
                    DeleteGroupsResponse.builder().results(refused.get()).build());
        }
        return Verdict.part(
                request.toBuilder().groupsNames(split.allowed()).build(),
                DeleteGroupsResponse.class,
                answer -> answer.toBuilder()
                        .results(Lists.joined(answer.results(), refused.get()))
                        .build(),
                true);
    }
}
