package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterConfigsRequest;

/// Replaces all configurations of a resource. The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P33AlterConfigs implements BlockingApi<AlterConfigsRequest> {
    private final ClusterMetadata metadata;

    public P33AlterConfigs(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_CONFIGS;
    }

    @Override
    public ResponseMessage answer(AlterConfigsRequest request, Call call) throws InterruptedException {
        return metadata.alterConfigs(request);
    }
}
