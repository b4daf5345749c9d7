package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.EndTxnRequest;

/// Commits or aborts a transaction. From version 5 on the answer brings the epoch of the next one (KIP-890).
public final class P26EndTxn implements BlockingApi<EndTxnRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final TransactionCoordinator transactions;

    public P26EndTxn(TransactionCoordinator transactions) {
        this.transactions = transactions;
    }

    @Override
    public ApiKey key() {
        return ApiKey.END_TXN;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(EndTxnRequest request, Call call) {
        return transactions.endTxn(CoordinatorCalls.context(call), request);
    }
}
