package barnabas.coordination.groups.consumer;

import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Data that a member sends about itself. Immutable.
///
/// @param topicNames sorted, each once
/// @param regex null or empty for none
/// @param classic set when the member uses the classic protocol: data of its last join
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

    /// The memory that a member with these details takes.
    long memoryBytes(String memberId) {
        long bytes = (long) GroupMemory.MEMBER_BYTES + memberId.length() + clientId.length() + clientHost.length();
        bytes += length(instanceId) + length(rackId) + length(regex) + length(serverAssignor);
        for (String name : topicNames) bytes += GroupMemory.ENTRY_BYTES + name.length();
        if (classic == null) return bytes;
        for (var each : classic.supportedProtocols())
            bytes += GroupMemory.ENTRY_BYTES
                    + each.name().length()
                    + each.metadata().remaining();
        return bytes;
    }

    /// The memory that the sender takes by what it says now; nothing when it says nothing new.
    static long memoryBytes(RequestContext context, ConsumerGroupHeartbeatRequest request, String memberId) {
        if (request.memberEpoch() != 0
                && request.subscribedTopicNames() == null
                && request.subscribedTopicRegex() == null) return 0;
        var names = Objects.requireNonNullElse(request.subscribedTopicNames(), List.<String>of());
        var details = new MemberDetails(
                request.instanceId(),
                request.rackId(),
                context.clientId(),
                context.clientHost(),
                names,
                request.subscribedTopicRegex(),
                0,
                request.serverAssignor(),
                null);
        return details.memoryBytes(memberId);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    boolean hasRegex() {
        return regex != null && !regex.isEmpty();
    }
}
