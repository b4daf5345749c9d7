package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ListTransactionsRequest;

/// Lists the transactional ids that this broker coordinates (KIP-664, KIP-994, KIP-1152).
public final class P66ListTransactions implements BlockingApi<ListTransactionsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final TransactionCoordinator transactions;

    public P66ListTransactions(TransactionCoordinator transactions) {
        this.transactions = transactions;
    }

    @Override
    public ApiKey key() {
        return ApiKey.LIST_TRANSACTIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ListTransactionsRequest request, Call call) {
        return transactions.listTransactions(CoordinatorCalls.context(call), request);
    }
}
