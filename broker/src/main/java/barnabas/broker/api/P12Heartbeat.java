package barnabas.broker.api;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.HeartbeatRequest;

/// Says that a member of a classic group lives. Frequent and never waits, so it needs no thread of its own.
public final class P12Heartbeat implements Api<HeartbeatRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P12Heartbeat(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.HEARTBEAT;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(HeartbeatRequest request, Call call) {
        groups.classic().heartbeat(CoordinatorCalls.context(call), request, call::answer);
    }
}
