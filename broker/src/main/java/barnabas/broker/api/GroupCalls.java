package barnabas.broker.api;

import barnabas.broker.request.Call;
import barnabas.coordination.RequestContext;

/// What the group coordinator wants to know of a call.
final class GroupCalls {
    private GroupCalls() {}

    static RequestContext context(Call call) {
        return new RequestContext(call.version(), call.clientId(), call.clientHost());
    }
}
