package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.transactions.ProducerIdSource;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;

/// Gives an idempotent producer an id of its own, or a transactional producer the id and epoch that fence its
/// predecessors (KIP-98, KIP-360). Two-phase commit (KIP-939) is off: its version is not advertised.
public final class P22InitProducerId implements BlockingApi<InitProducerIdRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_PRODUCER_EPOCH = -1;

    private final ProducerIdSource producerIds;
    private final TransactionCoordinator transactions;

    public P22InitProducerId(ProducerIdSource producerIds, TransactionCoordinator transactions) {
        this.producerIds = producerIds;
        this.transactions = transactions;
    }

    @Override
    public ApiKey key() {
        return ApiKey.INIT_PRODUCER_ID;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(InitProducerIdRequest request, Call call) {
        if (request.transactionalId() != null) {
            return transactions.initProducerId(CoordinatorCalls.context(call), request);
        }
        boolean hasId = request.producerId() != NO_PRODUCER_ID;
        boolean hasEpoch = request.producerEpoch() != NO_PRODUCER_EPOCH;
        if (hasId != hasEpoch) return failed(ErrorCode.INVALID_REQUEST);
        var next = producerIds.next();
        if (next instanceof ProducerIdSource.Next.Failed(ErrorCode error)) return failed(error);
        return InitProducerIdResponse.builder()
                .producerId(((ProducerIdSource.Next.Id) next).producerId())
                .producerEpoch((short) 0)
                .build();
    }

    private static InitProducerIdResponse failed(ErrorCode error) {
        return InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(NO_PRODUCER_ID)
                .producerEpoch(NO_PRODUCER_EPOCH)
                .build();
    }
}
