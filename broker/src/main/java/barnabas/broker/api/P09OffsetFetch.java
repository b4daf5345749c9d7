package barnabas.broker.api;

import barnabas.broker.leaders.BrokerSession;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.OffsetFetchRequest;

/// Reads the offsets of groups. Unlike a commit this asks no replica, but for a coordinator that may have been
/// replaced: it would show offsets from before the commits to its successor.
public final class P09OffsetFetch implements BlockingApi<OffsetFetchRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;
    private final BrokerSession session;

    public P09OffsetFetch(GroupCoordinator groups, BrokerSession session) {
        this.groups = groups;
        this.session = session;
    }

    @Override
    public ApiKey key() {
        return ApiKey.OFFSET_FETCH;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(OffsetFetchRequest request, Call call) {
        RequestContext context = CoordinatorCalls.context(call);
        return session.mayBeOver()
                ? groups.offsetFetchConfirmed(context, request)
                : groups.offsetFetch(context, request);
    }
}
