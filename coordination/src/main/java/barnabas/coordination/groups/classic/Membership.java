package barnabas.coordination.groups.classic;

import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Check of the member and generation that a request names.
public final class Membership {
    private Membership() {}

    /// @return NONE, UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another process has taken over the group
    ///     instance
    public static ErrorCode check(ClassicGroup group, String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            String current = group.memberIdOf(instanceId);
            if (current == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            if (!current.equals(memberId)) return ErrorCode.FENCED_INSTANCE_ID;
        }
        return group.member(memberId) == null ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.NONE;
    }

    /// A member that was checked before.
    static ClassicMember of(ClassicGroup group, String memberId) {
        ClassicMember member = group.member(memberId);
        if (member == null) throw new IllegalStateException("bug: unchecked member id " + memberId);
        return member;
    }
}
