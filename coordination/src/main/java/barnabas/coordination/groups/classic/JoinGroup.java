package barnabas.coordination.groups.classic;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.common.MemberIds;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// JoinGroup (API 11) on a classic group.
public final class JoinGroup {
    /// From this version on a dynamic member must come back with the id that it was given (KIP-394).
    private static final short MEMBER_ID_REQUIRED_VERSION = 4;
    /// From this version on the answer to a returning static leader can keep the assignment as it is (KIP-814).
    private static final short SKIP_ASSIGNMENT_VERSION = 9;
    /// The metadata of all members goes into one record, so a member with more could never be stored.
    static final int MEMBER_METADATA_BYTES_MAX = 1 << 20;
    /// Likewise: more members than this do not fit into a record of the largest default size, whatever
    /// `group.max.size` says.
    static final int MEMBERS_MAX = 20_000;

    private final Rebalance rebalance;
    private final RandomGenerator random;

    public JoinGroup(Rebalance rebalance, RandomGenerator random) {
        this.rebalance = rebalance;
        this.random = random;
    }

    /// One request with who sent it and who waits for the answer.
    public record JoinRequest(Ticket<JoinGroupResponse> ticket, RequestContext context, JoinGroupRequest request) {
        public Decision refuse(ErrorCode error) {
            return refuse(error, request.memberId());
        }

        public Decision refuse(ErrorCode error, String memberId) {
            return Decision.answer(ticket, refusal(error, memberId));
        }

        public int rebalanceTimeoutMillis() {
            return request.rebalanceTimeoutMs() == -1 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        }
    }

    public static JoinGroupResponse refusal(ErrorCode error, String memberId) {
        return JoinGroupResponse.builder()
                .errorCode(error.code())
                .generationId(-1)
                .protocolName(null)
                .memberId(memberId)
                .build();
    }

    public Decision join(ClassicGroup group, JoinRequest joining, Now now) {
        JoinGroupRequest request = joining.request;
        String memberId = request.memberId();
        if (!hasRoomFor(group, memberId)) {
            ClassicMember member = group.member(memberId);
            Decision decision = joining.refuse(ErrorCode.GROUP_MAX_SIZE_REACHED, "");
            return member == null
                    ? decision
                    : decision.and(rebalance.removeAndGoOn(group, member, "the group is full", now));
        }
        if (isOversized(request)) return joining.refuse(ErrorCode.INVALID_REQUEST);
        if (!rebalance.memory().hasRoomFor(bytesOf(request))) {
            return joining.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId);
        }
        if (!group.supports(request.protocolType(), request.protocols())) {
            return joining.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId.isEmpty() ? "" : memberId);
        }
        return memberId.isEmpty() ? newMember(group, joining, now) : knownMember(group, joining, now);
    }

    /// Whether the member would not fit into the group's record.
    public static boolean isOversized(JoinGroupRequest request) {
        return metadataBytes(request) > MEMBER_METADATA_BYTES_MAX;
    }

    private static long metadataBytes(JoinGroupRequest request) {
        long bytes = 0;
        for (var protocol : request.protocols())
            bytes += protocol.metadata().remaining() + protocol.name().length();
        return bytes;
    }

    public static long bytesOf(JoinGroupRequest request) {
        return GroupMemory.MEMBER_BYTES
                + (long) GroupMemory.ENTRY_BYTES * request.protocols().size()
                + metadataBytes(request);
    }

    private boolean hasRoomFor(ClassicGroup group, String memberId) {
        int sizeMax = Math.min(rebalance.config().sizeMax(), MEMBERS_MAX);
        if (group.pendingJoins.size() >= MEMBERS_MAX && !group.pendingJoins.containsKey(memberId)) return false;
        ClassicMember member = group.member(memberId);
        return switch (group.state()) {
            case EMPTY -> true;
            // After the limit was lowered those who join first stay.
            case PREPARING_REBALANCE ->
                (member != null && member.isAwaitingJoin()) || group.awaitingJoinCount() < sizeMax;
            case COMPLETING_REBALANCE, STABLE -> member != null || group.size() < sizeMax;
        };
    }

    private Decision newMember(ClassicGroup group, JoinRequest joining, Now now) {
        String instanceId = joining.request.groupInstanceId();
        String prefix = instanceId != null ? instanceId : joining.context.clientId();
        String newId = MemberIds.random(prefix, random);
        if (instanceId != null) {
            String oldId = group.memberIdOf(instanceId);
            ClassicMember old = oldId == null ? null : group.member(oldId);
            return old != null ? replaceStatic(group, joining, old, newId, now) : add(group, joining, newId, now);
        }
        if (joining.context.apiVersion() < MEMBER_ID_REQUIRED_VERSION) return add(group, joining, newId, now);
        rebalance.expectJoin(group, newId, joining.request.sessionTimeoutMs(), now);
        return joining.refuse(ErrorCode.MEMBER_ID_REQUIRED, newId);
    }

    private Decision knownMember(ClassicGroup group, JoinRequest joining, Now now) {
        String memberId = joining.request.memberId();
        if (group.pendingJoins.containsKey(memberId)) {
            // Ids are handed out in advance to dynamic members only.
            if (joining.request.groupInstanceId() != null) return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
            return add(group, joining, memberId, now);
        }
        ErrorCode invalid = Membership.check(group, memberId, joining.request.groupInstanceId());
        if (invalid != ErrorCode.NONE) return joining.refuse(invalid);
        ClassicMember member = Membership.of(group, memberId);
        return switch (group.state()) {
            case PREPARING_REBALANCE -> rejoin(group, joining, member, "member " + memberId + " joins", now);
            case COMPLETING_REBALANCE ->
                // With the same metadata the first answer may have been lost: the generation stays as it is.
                member.matches(joining.request.protocols())
                        ? Decision.answer(joining.ticket, Rebalance.joinAnswer(group, member))
                        : rejoin(group, joining, member, "member " + memberId + " joins with new metadata", now);
            case STABLE -> {
                if (group.isLeader(memberId)) {
                    yield rejoin(group, joining, member, "the leader " + memberId + " joins again", now);
                }
                if (!member.matches(joining.request.protocols())) {
                    yield rejoin(group, joining, member, "member " + memberId + " joins with new metadata", now);
                }
                yield Decision.answer(joining.ticket, Rebalance.joinAnswer(group, memberId, false, false));
            }
            case EMPTY -> joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        };
    }

    private Decision add(ClassicGroup group, JoinRequest joining, String memberId, Now now) {
        JoinGroupRequest request = joining.request;
        var member = new ClassicMember(
                memberId,
                request.groupInstanceId(),
                joining.context.clientId(),
                joining.context.clientHost(),
                request.sessionTimeoutMs(),
                joining.rebalanceTimeoutMillis(),
                request.protocols());
        member.isNew = true;
        member.charge(rebalance.memory().take(bytesOf(request)));
        member.awaitingJoin = joining.ticket;
        if (group.initialJoin) group.newMemberAdded = true;
        rebalance.joined(group, memberId);
        group.add(member, request.protocolType());
        rebalance.keepAlive(group, member, Rebalance.NEW_MEMBER_JOIN_TIMEOUT_MILLIS, now);
        return rebalance.prepareOrCompleteJoin(group, "member " + memberId + " joins for the first time", now);
    }

    private Decision rejoin(ClassicGroup group, JoinRequest joining, ClassicMember member, String reason, Now now) {
        // A second request of the same member: the first one's connection is gone, or the client is confused.
        Decision superseded = Decision.answers(Rebalance.refuseWaiting(member, ErrorCode.REBALANCE_IN_PROGRESS));
        update(member, joining);
        member.awaitingJoin = joining.ticket;
        return superseded.and(rebalance.prepareOrCompleteJoin(group, reason, now));
    }

    private void update(ClassicMember member, JoinRequest joining) {
        member.charge(rebalance.memory().take(bytesOf(joining.request)));
        member.protocols = joining.request.protocols();
        member.sessionTimeoutMillis = joining.request.sessionTimeoutMs();
        member.rebalanceTimeoutMillis = joining.rebalanceTimeoutMillis();
    }

    /// A static member was restarted and asks for its place. The old incarnation is fenced at once. A stable
    /// group keeps its generation and assignment as long as it would still choose the same protocol.
    private Decision replaceStatic(ClassicGroup group, JoinRequest joining, ClassicMember old, String newId, Now now) {
        Decision fenced = Decision.answers(Rebalance.refuseWaiting(old, ErrorCode.FENCED_INSTANCE_ID));
        String oldLeader = group.leaderId();
        ClassicMember member = rebalance.replace(group, old, newId, now);
        update(member, joining);
        String reason = "static member " + newId + " replaces " + old.id();
        boolean keepsGeneration =
                group.state() == ClassicState.STABLE && group.selectProtocol().equals(group.protocol());
        if (!keepsGeneration) {
            member.awaitingJoin = joining.ticket;
            return fenced.and(rebalance.prepareOrCompleteJoin(group, reason, now));
        }
        Decision stored = Decision.append(
                List.of(ClassicRecords.group(group.id(), group.toValue())),
                () -> Decision.answer(joining.ticket, unchanged(group, joining, member, oldLeader)),
                error -> {
                    rebalance.restore(group, member, old, now);
                    return joining.refuse(StorageErrors.toResponse(error));
                });
        return fenced.and(stored);
    }

    private static JoinGroupResponse unchanged(
            ClassicGroup group, JoinRequest joining, ClassicMember member, @Nullable String oldLeader) {
        boolean isLeader = group.isLeader(member.id());
        if (joining.context.apiVersion() >= SKIP_ASSIGNMENT_VERSION) {
            return Rebalance.joinAnswer(group, member.id(), isLeader, isLeader);
        }
        // An older client that reads its own id as the leader would assign again: it is shown the old one.
        return Rebalance.joinAnswer(group, member.id(), false, false).toBuilder()
                .leader(oldLeader == null ? "" : oldLeader)
                .build();
    }
}
