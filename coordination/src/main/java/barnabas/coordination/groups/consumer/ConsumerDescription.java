package barnabas.coordination.groups.consumer;

import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeResponse.Assignment;
import barnabas.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import barnabas.protocol.message.ConsumerGroupDescribeResponse.Member;
import barnabas.protocol.message.ConsumerGroupDescribeResponse.TopicPartitions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One group in the answer of ConsumerGroupDescribe (API 69).
public final class ConsumerDescription {
    private static final byte CLASSIC_MEMBER = 0;
    private static final byte CONSUMER_MEMBER = 1;

    private ConsumerDescription() {}

    static DescribedGroup of(ConsumerGroup group, String assignor, TopicsView topics) {
        var members = new ArrayList<Member>(group.size());
        for (ConsumerMember member : group.members()) {
            MemberDetails details = member.details();
            members.add(new Member(
                    member.id(),
                    details.instanceId(),
                    details.rackId(),
                    member.epoch(),
                    details.clientId(),
                    details.clientHost(),
                    details.topicNames(),
                    details.regex(),
                    // The member still has the partitions that it was asked to revoke.
                    assignment(
                            member.progress()
                                    .assigned()
                                    .with(member.progress().revoking())
                                    .toAssignment(),
                            topics),
                    assignment(group.target(member.id()), topics),
                    member.isClassic() ? CLASSIC_MEMBER : CONSUMER_MEMBER));
        }
        return DescribedGroup.builder()
                .groupId(group.id())
                .groupState(group.state().shown())
                .groupEpoch(group.epoch())
                .assignmentEpoch(group.targetEpoch())
                .assignorName(assignor)
                .members(members)
                .build();
    }

    /// @param message null if the error code needs none
    public static DescribedGroup refusal(String groupId, ErrorCode error, @Nullable String message) {
        return DescribedGroup.builder()
                .groupId(groupId)
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }

    /// Topics that are gone have no name to show.
    private static Assignment assignment(
            barnabas.coordination.groups.consumer.Assignment assignment, TopicsView topics) {
        var shown = new ArrayList<TopicPartitions>();
        assignment.topics().forEach((id, partitions) -> {
            TopicsView.Topic topic = topics.byId(id);
            if (topic != null) shown.add(new TopicPartitions(id, topic.name(), List.copyOf(partitions)));
        });
        return new Assignment(shown);
    }
}
