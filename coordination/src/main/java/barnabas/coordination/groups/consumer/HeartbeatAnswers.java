package barnabas.coordination.groups.consumer;

import barnabas.coordination.Decision;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers to ConsumerGroupHeartbeat (API 68).
public final class HeartbeatAnswers {
    /// Reason why a request is not served.
    record Refusal(ErrorCode error, String message) {}

    private HeartbeatAnswers() {}

    public static ConsumerGroupHeartbeatResponse refusal(ErrorCode error, @Nullable String message) {
        return ConsumerGroupHeartbeatResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }

    /// The answer without a coordinator: a malformed heartbeat is refused as such, because a client that looks for
    /// another coordinator would look forever.
    public static ConsumerGroupHeartbeatResponse refusal(
            RequestContext context, ConsumerGroupHeartbeatRequest request, ErrorCode error) {
        Refusal malformed = HeartbeatShape.check(request, context.apiVersion());
        return malformed == null ? refusal(error, null) : refusal(malformed.error(), malformed.message());
    }

    static Decision refuse(Ticket<ConsumerGroupHeartbeatResponse> ticket, Refusal refusal) {
        return Decision.answer(ticket, refusal(refusal.error(), refusal.message()));
    }

    /// @param intervalMillis until the next heartbeat
    static ConsumerGroupHeartbeatResponse served(ConsumerMember member, int intervalMillis, boolean withAssignment) {
        var answer = ConsumerGroupHeartbeatResponse.builder()
                .memberId(member.id())
                .memberEpoch(member.epoch())
                .heartbeatIntervalMs(intervalMillis);
        if (withAssignment) {
            var partitions = new ArrayList<ConsumerGroupHeartbeatResponse.TopicPartitions>();
            member.progress()
                    .assigned()
                    .topics()
                    .forEach((topic, numbers) -> partitions.add(
                            new ConsumerGroupHeartbeatResponse.TopicPartitions(topic, List.copyOf(numbers.keySet()))));
            answer.assignment(new ConsumerGroupHeartbeatResponse.Assignment(partitions));
        }
        return answer.build();
    }
}
