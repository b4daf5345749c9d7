package barnabas.coordination.groups.classic;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest.MemberIdentity;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.LeaveGroupResponse.MemberResponse;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// LeaveGroup (API 13) on a classic group.
public final class LeaveGroup {
    private static final Logger LOG = LoggerFactory.getLogger(LeaveGroup.class);

    private final Rebalance rebalance;

    public LeaveGroup(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    public static LeaveGroupResponse refusal(ErrorCode error) {
        return LeaveGroupResponse.builder().errorCode(error.code()).build();
    }

    /// The answer when there is no such group.
    public static LeaveGroupResponse nobodyKnown(LeaveGroupRequest request) {
        return LeaveGroupResponse.builder()
                .members(request.members().stream()
                        .map(each -> new MemberResponse(
                                each.memberId(), each.groupInstanceId(), ErrorCode.UNKNOWN_MEMBER_ID.code()))
                        .toList())
                .build();
    }

    public Decision leave(ClassicGroup group, Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        Decision decision = Decision.nothing();
        var results = new ArrayList<MemberResponse>();
        var left = new ArrayList<String>();
        for (MemberIdentity identity : request.members()) {
            String memberId = identity.memberId();
            ErrorCode error;
            if (group.pendingJoins.containsKey(memberId)) {
                decision = decision.and(rebalance.forgetPending(group, memberId, now));
                error = ErrorCode.NONE;
            } else {
                ClassicMember member = find(group, identity);
                error = member != null
                        ? ErrorCode.NONE
                        : memberId.isEmpty()
                                ? ErrorCode.UNKNOWN_MEMBER_ID
                                : Membership.check(group, memberId, identity.groupInstanceId());
                if (member != null) {
                    left.add(member.id());
                    decision = decision.and(Decision.answers(rebalance.remove(group, member)));
                    LOG.info("group {}: {} leaves, {}", group.id(), member.id(), reason(identity));
                }
            }
            results.add(new MemberResponse(memberId, identity.groupInstanceId(), error.code()));
        }
        if (!left.isEmpty()) decision = decision.and(rebalance.goOnWithout(group, left + " left", now));
        return decision.and(Decision.answer(
                ticket, LeaveGroupResponse.builder().members(results).build()));
    }

    /// An administrator names a static member by its instance alone.
    private static @Nullable ClassicMember find(ClassicGroup group, MemberIdentity identity) {
        String memberId = identity.memberId();
        if (memberId.isEmpty()) {
            String instanceId = identity.groupInstanceId();
            String current = instanceId == null ? null : group.memberIdOf(instanceId);
            return current == null ? null : group.member(current);
        }
        boolean valid = Membership.check(group, memberId, identity.groupInstanceId()) == ErrorCode.NONE;
        return valid ? group.member(memberId) : null;
    }

    /// The client's text, on one line.
    private static String reason(MemberIdentity identity) {
        String reason = identity.reason();
        if (reason == null || reason.isEmpty()) return "no reason given";
        String line = reason.length() > 200 ? reason.substring(0, 200) : reason;
        return line.replaceAll("\\p{Cntrl}", " ");
    }
}
