package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;

/// Changes single configurations (KIP-339). The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P44IncrementalAlterConfigs implements BlockingApi<IncrementalAlterConfigsRequest> {
    private final ClusterMetadata metadata;

    public P44IncrementalAlterConfigs(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public ResponseMessage answer(IncrementalAlterConfigsRequest request, Call call) throws InterruptedException {
        return metadata.incrementalAlterConfigs(request);
    }
}
