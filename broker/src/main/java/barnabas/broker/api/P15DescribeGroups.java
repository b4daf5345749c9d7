package barnabas.broker.api;

import barnabas.broker.access.AuthorizedOperations;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;

/// Describes classic groups.
public final class P15DescribeGroups implements BlockingApi<DescribeGroupsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;

    public P15DescribeGroups(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_GROUPS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeGroupsRequest request, Call call) {
        DescribeGroupsResponse answer = groups.classic().describe(CoordinatorCalls.context(call), request);
        if (!request.includeAuthorizedOperations()) return answer;
        return answer.toBuilder()
                .groups(answer.groups().stream()
                        .map(P15DescribeGroups::withOperations)
                        .toList())
                .build();
    }

    private static DescribedGroup withOperations(DescribedGroup group) {
        if (group.errorCode() != ErrorCode.NONE.code()) return group;
        return group.toBuilder()
                .authorizedOperations(AuthorizedOperations.onGroup(true))
                .build();
    }
}
