package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ElectLeadersRequest;

/// Asks for leader elections (KIP-460). The controller decides; the answer comes when the change is in this broker's
/// image.
public final class P43ElectLeaders implements BlockingApi<ElectLeadersRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private final ClusterMetadata metadata;

    public P43ElectLeaders(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ELECT_LEADERS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ElectLeadersRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.ELECT_LEADERS, request);
    }
}
