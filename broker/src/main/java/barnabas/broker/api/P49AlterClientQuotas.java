package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterClientQuotasRequest;

/// Sets and removes client quotas (KIP-546). The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P49AlterClientQuotas implements BlockingApi<AlterClientQuotasRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER_CONFIGS);

    private final ClusterMetadata metadata;

    public P49AlterClientQuotas(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_CLIENT_QUOTAS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AlterClientQuotasRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.ALTER_CLIENT_QUOTAS, request);
    }
}
