package barnabas.coordination.groups;

import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.consumer.ConsumerDescription;
import barnabas.coordination.groups.consumer.HeartbeatAnswers;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;

/// Requests of the consumer protocol (KIP-848), as a broker calls them: ConsumerGroupHeartbeat and
/// ConsumerGroupDescribe (APIs 68 and 69). See [GroupCoordinator] for what holds for all calls.
public final class ConsumerGroupCalls {
    private final GroupCalls calls;

    ConsumerGroupCalls(GroupCalls calls) {
        this.calls = calls;
    }

    public ConsumerGroupHeartbeatResponse heartbeat(RequestContext context, ConsumerGroupHeartbeatRequest request) {
        return calls.ask(
                request.groupId(),
                calls.commitWaitMillis(),
                error -> HeartbeatAnswers.refusal(context, request, error),
                ticket -> (shard, now) -> shard.consumer().heartbeat(ticket, context, request, now));
    }

    public ConsumerGroupDescribeResponse describe(RequestContext context, ConsumerGroupDescribeRequest request) {
        List<ConsumerGroupDescribeResponse.DescribedGroup> groups = calls.askEach(
                request.groupIds(),
                groupId -> groupId,
                // The argument before the state: an empty id has no coordinator to look for.
                (groupId, error) -> ConsumerDescription.refusal(
                        groupId, groupId.isEmpty() ? ErrorCode.INVALID_GROUP_ID : error, null),
                (shard, some) -> {
                    var found = new ArrayList<ConsumerGroupDescribeResponse.DescribedGroup>(some.size());
                    for (String each : some) found.add(shard.consumer().describe(each));
                    return found;
                });
        return ConsumerGroupDescribeResponse.builder().groups(groups).build();
    }
}
