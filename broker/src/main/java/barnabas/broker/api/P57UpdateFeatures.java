package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.UpdateFeaturesRequest;

/// Changes finalized feature levels (KIP-584). The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P57UpdateFeatures implements BlockingApi<UpdateFeaturesRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private final ClusterMetadata metadata;

    public P57UpdateFeatures(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.UPDATE_FEATURES;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(UpdateFeaturesRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.UPDATE_FEATURES, request, call.requester());
    }
}
