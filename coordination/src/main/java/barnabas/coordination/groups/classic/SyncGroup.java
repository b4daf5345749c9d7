package barnabas.coordination.groups.classic;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;

/// SyncGroup (API 14) on a classic group.
public final class SyncGroup {
    private final Rebalance rebalance;

    public SyncGroup(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    public static SyncGroupResponse refusal(ErrorCode error) {
        return SyncGroupResponse.builder().errorCode(error.code()).build();
    }

    public Decision sync(ClassicGroup group, Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        ErrorCode invalid = check(group, request);
        if (invalid != ErrorCode.NONE) return Decision.answer(ticket, refusal(invalid));
        ClassicMember member = Membership.of(group, request.memberId());
        return switch (group.state()) {
            case EMPTY -> Decision.answer(ticket, refusal(ErrorCode.UNKNOWN_MEMBER_ID));
            case PREPARING_REBALANCE -> Decision.answer(ticket, refusal(ErrorCode.REBALANCE_IN_PROGRESS));
            case COMPLETING_REBALANCE -> {
                Decision superseded = member.awaitingSync == null
                        ? Decision.nothing()
                        : Decision.answer(member.awaitingSync, refusal(ErrorCode.REBALANCE_IN_PROGRESS));
                member.awaitingSync = ticket;
                rebalance.synced(group, member.id());
                yield group.isLeader(member.id()) ? superseded.and(assign(group, request, now)) : superseded;
            }
            case STABLE -> {
                // As in Kafka this is no sign of life: the session runs since the join phase ended.
                rebalance.synced(group, member.id());
                yield Decision.answer(ticket, Rebalance.syncAnswer(group, member));
            }
        };
    }

    private static ErrorCode check(ClassicGroup group, SyncGroupRequest request) {
        ErrorCode membership = Membership.check(group, request.memberId(), request.groupInstanceId());
        if (membership != ErrorCode.NONE) return membership;
        if (request.generationId() != group.generation()) return ErrorCode.ILLEGAL_GENERATION;
        boolean sameType =
                request.protocolType() == null || request.protocolType().equals(group.protocolType());
        boolean sameProtocol =
                request.protocolName() == null || request.protocolName().equals(group.protocol());
        return sameType && sameProtocol ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }

    /// The leader's assignment is stored before any member receives it. Members it left out get nothing.
    private Decision assign(ClassicGroup group, SyncGroupRequest request, Now now) {
        var assignments = new HashMap<String, ByteBuffer>();
        long bytes = 0;
        for (var each : request.assignments()) {
            if (group.member(each.memberId()) == null) continue;
            assignments.put(each.memberId(), each.assignment());
            bytes += each.assignment().remaining();
        }
        if (!rebalance.memory().hasRoomFor(bytes)) {
            return Decision.answers(rebalance.failSync(group, ErrorCode.COORDINATOR_NOT_AVAILABLE, now))
                    .and(rebalance.prepare(group, "there is no memory for its assignments", now));
        }
        return Decision.append(
                List.of(ClassicRecords.group(group.id(), group.toValue(assignments, now.millis()))),
                () -> Decision.answers(rebalance.answerSynced(group, now)),
                error -> Decision.answers(rebalance.failSync(group, StorageErrors.toResponse(error), now))
                        .and(rebalance.prepare(group, "the assignment could not be stored: " + error, now)));
    }
}
