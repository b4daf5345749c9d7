package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;

/// Joins, keeps and leaves a consumer group (KIP-848).
public final class P68ConsumerGroupHeartbeat implements BlockingApi<ConsumerGroupHeartbeatRequest> {
    private final GroupCoordinator groups;

    public P68ConsumerGroupHeartbeat(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CONSUMER_GROUP_HEARTBEAT;
    }

    @Override
    public ResponseMessage answer(ConsumerGroupHeartbeatRequest request, Call call) {
        return groups.consumerGroupHeartbeat(CoordinatorCalls.context(call), request);
    }
}
