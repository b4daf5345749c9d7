package barnabas.coordination.groups;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.consumer.ConsumerDescription;
import barnabas.coordination.groups.consumer.ConsumerGroup;
import barnabas.coordination.groups.consumer.HeartbeatAnswers;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Requests of the consumer protocol on one shard: routes each to the core, after the conversion of a group of another
/// kind where that is possible.
final class ConsumerFront {
    private final Map<String, Group> groups;
    private final GroupCores cores;

    /// @param groups all that the shard knows, by id
    ConsumerFront(Map<String, Group> groups, GroupCores cores) {
        this.groups = groups;
        this.cores = cores;
    }

    Decision heartbeat(
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        var malformed = cores.consumer.malformed(context, request);
        if (malformed != null) return Decision.answer(ticket, malformed);
        int epoch = request.memberEpoch();
        return switch (groups.get(request.groupId())) {
            case null ->
                epoch == 0
                        ? create(ticket, context, request, now)
                        : refuse(
                                ticket, (epoch < 0 ? "Group " : "Consumer group ") + request.groupId() + " not found.");
            case Group.Classic(var known) ->
                epoch == 0
                        ? joinClassic(known, ticket, context, request, now)
                        : refuse(ticket, "Group " + known.id() + " is not a consumer group.");
            case Group.Consumer(var known) ->
                epoch < 0
                        ? cores.consumer.leave(known, ticket, request, now)
                        : cores.consumer.heartbeat(known, List.of(), Decision::nothing, ticket, context, request, now);
        };
    }

    private Decision create(
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        if (!cores.hasRoomFor(request.groupId()))
            return Decision.answer(
                    ticket,
                    HeartbeatAnswers.refusal(
                            ErrorCode.COORDINATOR_NOT_AVAILABLE, "There is no memory for another group."));
        return cores.consumer.heartbeat(
                new ConsumerGroup(request.groupId()), List.of(), Decision::nothing, ticket, context, request, now);
    }

    /// Converts a classic group: one with members if the policy allows it, one without by taking its place.
    private Decision joinClassic(
            ClassicGroup known,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        var group = new Group.Classic(known);
        if (!group.isVacant()) {
            Supplier<Decision> end = () -> cores.disband(group, ErrorCode.REBALANCE_IN_PROGRESS);
            return cores.consumer.upgrade(known, end, ticket, context, request, now);
        }
        return cores.consumer.heartbeat(
                new ConsumerGroup(known.id()),
                group.removal(),
                () -> cores.disband(group, ErrorCode.UNKNOWN_MEMBER_ID),
                ticket,
                context,
                request,
                now);
    }

    private static Decision refuse(Ticket<ConsumerGroupHeartbeatResponse> ticket, String message) {
        return Decision.answer(ticket, HeartbeatAnswers.refusal(ErrorCode.GROUP_ID_NOT_FOUND, message));
    }

    ConsumerGroupDescribeResponse.DescribedGroup describe(String groupId) {
        if (groupId.isEmpty()) return ConsumerDescription.refusal(groupId, ErrorCode.INVALID_GROUP_ID, null);
        return switch (groups.get(groupId)) {
            case null -> missing(groupId, "Group " + groupId + " not found.");
            case Group.Classic _ -> missing(groupId, "Group " + groupId + " is not a consumer group.");
            case Group.Consumer(var known) -> cores.consumer.describe(known);
        };
    }

    private static ConsumerGroupDescribeResponse.DescribedGroup missing(String groupId, String message) {
        return ConsumerDescription.refusal(groupId, ErrorCode.GROUP_ID_NOT_FOUND, message);
    }
}
