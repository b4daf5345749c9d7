package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.JoinGroupRequest;

/// Takes a member into a classic group; answered when the group has gathered.
public final class P11JoinGroup implements BlockingApi<JoinGroupRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P11JoinGroup(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.JOIN_GROUP;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(JoinGroupRequest request, Call call) {
        return groups.classic().join(CoordinatorCalls.context(call), request);
    }

    @Override
    public boolean waitsForClients() {
        return true;
    }

    @Override
    public ResponseMessage busy(JoinGroupRequest request, Call call) {
        return JoinGroup.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE, request.memberId());
    }
}
