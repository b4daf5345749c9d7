package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.SyncGroupRequest;

/// Hands each member of a classic group its assignment; answered when the leader has sent them.
public final class P14SyncGroup implements BlockingApi<SyncGroupRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P14SyncGroup(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.SYNC_GROUP;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(SyncGroupRequest request, Call call) {
        return groups.classic().sync(CoordinatorCalls.context(call), request);
    }

    @Override
    public boolean waitsForClients() {
        return true;
    }

    @Override
    public ResponseMessage busy(SyncGroupRequest request, Call call) {
        return SyncGroup.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }
}
