package barnabas.coordination.groups;

import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicMember;
import barnabas.coordination.groups.classic.ClassicState;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroupMember;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/// One group in the answer of DescribeGroups (API 15).
final class ClassicDescription {
    /// From this version on a group that does not exist is an error (KIP-1043); before, it was described as
    /// dead.
    private static final short NOT_FOUND_VERSION = 6;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private ClassicDescription() {}

    static DescribedGroup of(ClassicGroup group) {
        // Metadata belongs to the protocol that was chosen, and that is settled only when the group is stable.
        boolean stable = group.state() == ClassicState.STABLE;
        var members = new ArrayList<DescribedGroupMember>(group.size());
        for (ClassicMember member : group.members()) {
            members.add(new DescribedGroupMember(
                    member.id(),
                    member.instanceId(),
                    member.clientId(),
                    member.clientHost(),
                    stable ? member.metadata(group.protocol()) : NO_BYTES,
                    member.assignment()));
        }
        String protocol = group.protocol();
        return DescribedGroup.builder()
                .groupId(group.id())
                .groupState(group.state().shown())
                .protocolType(group.protocolType() == null ? "" : group.protocolType())
                .protocolData(stable && protocol != null ? protocol : "")
                .members(members)
                .build();
    }

    static DescribedGroup missing(String groupId, String message, short apiVersion) {
        var answer = DescribedGroup.builder().groupId(groupId).groupState("Dead");
        if (apiVersion >= NOT_FOUND_VERSION) {
            answer.errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code()).errorMessage(message);
        }
        return answer.build();
    }

    static DescribedGroup refusal(String groupId, ErrorCode error) {
        return DescribedGroup.builder().groupId(groupId).errorCode(error.code()).build();
    }
}
