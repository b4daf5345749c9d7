package barnabas.coordination.groups.consumer;

import barnabas.coordination.groups.consumer.HeartbeatAnswers.Refusal;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks of a ConsumerGroupHeartbeat that do not depend on the group.
final class HeartbeatShape {
    /// From this version on members bring their own ids (KIP-1082).
    private static final short OWN_MEMBER_ID_VERSION = 1;
    private static final int LEAVING_EPOCH = -1;

    private HeartbeatShape() {}

    static @Nullable Refusal check(ConsumerGroupHeartbeatRequest request, short apiVersion, Set<String> assignors) {
        Refusal malformed = check(request, apiVersion);
        if (malformed != null) return malformed;
        String assignor = request.serverAssignor();
        if (assignor == null || assignors.contains(assignor)) return null;
        return new Refusal(
                ErrorCode.UNSUPPORTED_ASSIGNOR,
                "ServerAssignor " + assignor + " is not supported. Supported assignors: " + String.join(", ", assignors)
                        + ".");
    }

    /// Without a look at any group, so that a broker that coordinates none can say it too.
    static @Nullable Refusal check(ConsumerGroupHeartbeatRequest request, short apiVersion) {
        String instanceId = request.instanceId();
        String rackId = request.rackId();
        int epoch = request.memberEpoch();
        boolean ownId = apiVersion >= OWN_MEMBER_ID_VERSION || epoch > 0 || epoch == LEAVING_EPOCH;
        if (ownId && request.memberId().isEmpty()) return invalid("MemberId can't be empty.");
        if (request.groupId().isEmpty()) return invalid("GroupId can't be empty.");
        if (instanceId != null && instanceId.isEmpty()) return invalid("InstanceId can't be empty.");
        if (rackId != null && rackId.isEmpty()) return invalid("RackId can't be empty.");
        if (epoch == 0) {
            if (request.rebalanceTimeoutMs() == -1) {
                return invalid("RebalanceTimeoutMs must be provided in first request.");
            }
            var owned = request.topicPartitions();
            if (owned == null || !owned.isEmpty()) return invalid("TopicPartitions must be empty when (re-)joining.");
            if (request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null) {
                return invalid(
                        "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
            }
        } else if (epoch == ConsumerMember.AWAY_EPOCH) {
            if (instanceId == null) return invalid("InstanceId can't be null.");
        } else if (epoch < ConsumerMember.AWAY_EPOCH) {
            return invalid("MemberEpoch is " + epoch + ", but must be greater than or equal to -2.");
        }
        return null;
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }
}
