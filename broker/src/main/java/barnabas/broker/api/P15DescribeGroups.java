package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeGroupsRequest;

/// Describes classic groups.
public final class P15DescribeGroups implements BlockingApi<DescribeGroupsRequest> {
    private final GroupCoordinator groups;

    public P15DescribeGroups(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_GROUPS;
    }

    @Override
    public ResponseMessage answer(DescribeGroupsRequest request, Call call) {
        return groups.describeGroups(CoordinatorCalls.context(call), request);
    }
}
