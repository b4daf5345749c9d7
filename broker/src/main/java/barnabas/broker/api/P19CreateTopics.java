package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;

/// Creates topics. The controller decides; the answer comes when the change is in this broker's image.
public final class P19CreateTopics implements BlockingApi<CreateTopicsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;

    public P19CreateTopics(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CREATE_TOPICS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(CreateTopicsRequest request, Call call) throws InterruptedException {
        CreateTopicsResponse answer =
                metadata.controller().ask(ControllerApis.CREATE_TOPICS, request, call.requester());
        call.holdBack(answer.throttleTimeMs());
        return answer;
    }
}
