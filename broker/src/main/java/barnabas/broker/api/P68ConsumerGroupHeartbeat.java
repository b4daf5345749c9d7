package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.consumer.HeartbeatAnswers;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.function.BooleanSupplier;

/// Joins, keeps and leaves a consumer group (KIP-848).
public final class P68ConsumerGroupHeartbeat implements BlockingApi<ConsumerGroupHeartbeatRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;
    private final BooleanSupplier served;

    /// @param served whether the cluster has the consumer protocol at present: `group.version` 1 and
    ///     `group.coordinator.rebalance.protocols`
    public P68ConsumerGroupHeartbeat(GroupCoordinator groups, BooleanSupplier served) {
        this.groups = groups;
        this.served = served;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CONSUMER_GROUP_HEARTBEAT;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ConsumerGroupHeartbeatRequest request, Call call) {
        if (!served.getAsBoolean()) {
            return ConsumerGroupHeartbeatResponse.builder()
                    .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                    .build();
        }
        return groups.consumer().heartbeat(CoordinatorCalls.context(call), request);
    }

    @Override
    public ResponseMessage busy(ConsumerGroupHeartbeatRequest request, Call call) {
        return HeartbeatAnswers.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE, null);
    }
}
