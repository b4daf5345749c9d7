package barnabas.coordination.groups.consumer;

import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Data that a member sends about itself. Immutable.
///
/// @param topicNames sorted, each once
/// @param regex null or empty for none
/// @param classic set when the member speaks the classic protocol: what it sent with its last join
public record MemberDetails(
        @Nullable String instanceId,
        @Nullable String rackId,
        String clientId,
        String clientHost,
        List<String> topicNames,
        @Nullable String regex,
        int rebalanceTimeoutMillis,
        @Nullable String serverAssignor,
        @Nullable ClassicMemberMetadata classic) {
    static final MemberDetails NEW = new MemberDetails(null, null, "", "", List.of(), "", -1, null, null);

    static MemberDetails of(ConsumerGroupMemberMetadataValue value) {
        return new MemberDetails(
                value.instanceId(),
                value.rackId(),
                value.clientId(),
                value.clientHost(),
                sorted(value.subscribedTopicNames()),
                value.subscribedTopicRegex(),
                value.rebalanceTimeoutMs(),
                value.serverAssignor(),
                value.classicMemberMetadata());
    }

    static List<String> sorted(Collection<String> names) {
        return List.copyOf(new TreeSet<>(names));
    }

    ConsumerGroupMemberMetadataValue toValue() {
        return new ConsumerGroupMemberMetadataValue(
                instanceId,
                rackId,
                clientId,
                clientHost,
                topicNames,
                regex,
                rebalanceTimeoutMillis,
                serverAssignor,
                classic);
    }

    boolean hasRegex() {
        return regex != null && !regex.isEmpty();
    }
}
