package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeTransactionsRequest;

/// Shows what transactional ids are doing (KIP-664).
public final class P65DescribeTransactions implements BlockingApi<DescribeTransactionsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final TransactionCoordinator transactions;

    public P65DescribeTransactions(TransactionCoordinator transactions) {
        this.transactions = transactions;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_TRANSACTIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeTransactionsRequest request, Call call) {
        return transactions.describeTransactions(CoordinatorCalls.context(call), request);
    }
}
