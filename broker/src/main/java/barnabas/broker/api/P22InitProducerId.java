package barnabas.broker.api;

import barnabas.broker.cluster.ProducerIds;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;

/// Gives an idempotent producer an id of its own (KIP-98). Transactional ids are refused until there is a transaction
/// coordinator.
public final class P22InitProducerId implements BlockingApi<InitProducerIdRequest> {
    private final ProducerIds producerIds;

    public P22InitProducerId(ProducerIds producerIds) {
        this.producerIds = producerIds;
    }

    @Override
    public ApiKey key() {
        return ApiKey.INIT_PRODUCER_ID;
    }

    @Override
    public ResponseMessage answer(InitProducerIdRequest request, Call call) {
        if (request.transactionalId() != null) return failed(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        return switch (producerIds.allocate()) {
            case ProducerIds.Allocation.Allocated(long id) ->
                InitProducerIdResponse.builder()
                        .producerId(id)
                        .producerEpoch((short) 0)
                        .build();
            case ProducerIds.Allocation.Failed(ErrorCode error) -> failed(error);
        };
    }

    private static InitProducerIdResponse failed(ErrorCode error) {
        return InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(-1)
                .producerEpoch((short) -1)
                .build();
    }
}
