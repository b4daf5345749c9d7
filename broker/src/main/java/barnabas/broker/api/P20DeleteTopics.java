package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DeleteTopicsRequest;

/// Deletes topics by name or id. The controller decides; the answer comes when the change is in this broker's image.
public final class P20DeleteTopics implements BlockingApi<DeleteTopicsRequest> {
    private final ClusterMetadata metadata;

    public P20DeleteTopics(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DELETE_TOPICS;
    }

    @Override
    public ResponseMessage answer(DeleteTopicsRequest request, Call call) throws InterruptedException {
        return metadata.deleteTopics(request);
    }
}
