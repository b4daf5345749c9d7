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
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup;
import java.util.function.BooleanSupplier;

/// Describes consumer groups (KIP-848).
public final class P69ConsumerGroupDescribe implements BlockingApi<ConsumerGroupDescribeRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final GroupCoordinator groups;
    private final BooleanSupplier served;

    /// @param served whether the cluster has the consumer protocol at present
    public P69ConsumerGroupDescribe(GroupCoordinator groups, BooleanSupplier served) {
        this.groups = groups;
        this.served = served;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CONSUMER_GROUP_DESCRIBE;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ConsumerGroupDescribeRequest request, Call call) {
        if (!served.getAsBoolean()) return unsupported(request);
        ConsumerGroupDescribeResponse answer = groups.consumer().describe(CoordinatorCalls.context(call), request);
        if (!request.includeAuthorizedOperations()) return answer;
        return answer.toBuilder()
                .groups(answer.groups().stream()
                        .map(P69ConsumerGroupDescribe::withOperations)
                        .toList())
                .build();
    }

    private static DescribedGroup withOperations(DescribedGroup group) {
        if (group.errorCode() != ErrorCode.NONE.code()) return group;
        return group.toBuilder()
                .authorizedOperations(AuthorizedOperations.onGroup(true))
                .build();
    }

    private static ConsumerGroupDescribeResponse unsupported(ConsumerGroupDescribeRequest request) {
        return ConsumerGroupDescribeResponse.builder()
                .groups(request.groupIds().stream()
                        .distinct()
                        .map(groupId -> DescribedGroup.builder()
                                .groupId(groupId)
                                .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                                .build())
                        .toList())
                .build();
    }
}
