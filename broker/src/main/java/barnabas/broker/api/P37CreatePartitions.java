package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;

/// Gives topics more partitions. The controller decides; the answer comes when the change is in this broker's image.
public final class P37CreatePartitions implements BlockingApi<CreatePartitionsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;

    public P37CreatePartitions(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CREATE_PARTITIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(CreatePartitionsRequest request, Call call) throws InterruptedException {
        CreatePartitionsResponse answer =
                metadata.controller().ask(ControllerApis.CREATE_PARTITIONS, request, call.requester());
        call.holdBack(answer.throttleTimeMs());
        return answer;
    }
}
