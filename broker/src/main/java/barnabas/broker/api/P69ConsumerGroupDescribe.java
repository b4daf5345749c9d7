package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;

/// Describes consumer groups (KIP-848).
public final class P69ConsumerGroupDescribe implements BlockingApi<ConsumerGroupDescribeRequest> {
    private final GroupCoordinator groups;

    public P69ConsumerGroupDescribe(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CONSUMER_GROUP_DESCRIBE;
    }

    @Override
    public ResponseMessage answer(ConsumerGroupDescribeRequest request, Call call) {
        return groups.consumerGroupDescribe(CoordinatorCalls.context(call), request);
    }
}
