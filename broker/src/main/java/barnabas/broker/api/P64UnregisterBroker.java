package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.UnregisterBrokerRequest;

/// Takes a broker out of the cluster. The controller decides; the answer comes when the change is in this broker's
/// image.
public final class P64UnregisterBroker implements BlockingApi<UnregisterBrokerRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private final ClusterMetadata metadata;

    public P64UnregisterBroker(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.UNREGISTER_BROKER;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(UnregisterBrokerRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.UNREGISTER_BROKER, request);
    }
}
