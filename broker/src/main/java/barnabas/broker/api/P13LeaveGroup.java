package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.LeaveGroupRequest;

/// Takes members out of a classic group.
public final class P13LeaveGroup implements BlockingApi<LeaveGroupRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P13LeaveGroup(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.LEAVE_GROUP;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(LeaveGroupRequest request, Call call) {
        return groups.classic().leave(CoordinatorCalls.context(call), request);
    }

    @Override
    public ResponseMessage busy(LeaveGroupRequest request, Call call) {
        return LeaveGroup.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }
}
