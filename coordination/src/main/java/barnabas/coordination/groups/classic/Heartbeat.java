package barnabas.coordination.groups.classic;

import barnabas.coordination.Now;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.HeartbeatRequest;

/// Heartbeat (API 12) on a classic group.
public final class Heartbeat {
    private final Rebalance rebalance;

    public Heartbeat(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    public ErrorCode heartbeat(ClassicGroup group, HeartbeatRequest request, Now now) {
        ErrorCode membership = Membership.check(group, request.memberId(), request.groupInstanceId());
        if (membership != ErrorCode.NONE) return membership;
        if (request.generationId() != group.generation()) return ErrorCode.ILLEGAL_GENERATION;
        return switch (group.state()) {
            case EMPTY -> ErrorCode.UNKNOWN_MEMBER_ID;
            case PREPARING_REBALANCE -> {
                rebalance.keepAlive(group, Membership.of(group, request.memberId()), now);
                yield ErrorCode.REBALANCE_IN_PROGRESS;
            }
            // A consumer may send heartbeats as soon as it has joined.
            case COMPLETING_REBALANCE, STABLE -> {
                rebalance.keepAlive(group, Membership.of(group, request.memberId()), now);
                yield ErrorCode.NONE;
            }
        };
    }
}
