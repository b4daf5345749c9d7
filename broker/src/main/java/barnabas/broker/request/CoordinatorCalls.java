package barnabas.broker.request;

import barnabas.broker.security.Operation;
import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;

/// Conversion between a call and the requests and answers of coordinators.
public final class CoordinatorCalls {
    /// AddPartitionsToTxn and AddOffsetsToTxn know PRODUCER_FENCED from this version on (KIP-588).
    private static final short FENCED_SINCE = 2;

    private CoordinatorCalls() {}

    public static RequestContext context(Call call) {
        return new RequestContext(
                call.version(), call.clientId(), call.clientHost(), call.topicsFor(Operation.DESCRIBE));
    }

    public static ErrorCode known(ErrorCode error, Call call) {
        return error == ErrorCode.PRODUCER_FENCED && call.version() < FENCED_SINCE
                ? ErrorCode.INVALID_PRODUCER_EPOCH
                : error;
    }
}
