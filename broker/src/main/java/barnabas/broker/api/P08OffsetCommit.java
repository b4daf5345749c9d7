package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.offsets.CommitOffsets;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.OffsetCommitRequest;

/// Stores the offsets a group has consumed up to.
public final class P08OffsetCommit implements BlockingApi<OffsetCommitRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P08OffsetCommit(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.OFFSET_COMMIT;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(OffsetCommitRequest request, Call call) {
        return groups.offsetCommit(CoordinatorCalls.context(call), request);
    }

    @Override
    public ResponseMessage busy(OffsetCommitRequest request, Call call) {
        return CommitOffsets.refusal(request, ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }
}
