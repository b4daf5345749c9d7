package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;

/// Sets and removes SCRAM credentials (KIP-554). The controller decides; the answer comes when the change is in this
/// broker's image, so that the user can log in here.
public final class P51AlterUserScramCredentials implements BlockingApi<AlterUserScramCredentialsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private final ClusterMetadata metadata;

    public P51AlterUserScramCredentials(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AlterUserScramCredentialsRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.ALTER_USER_SCRAM_CREDENTIALS, request);
    }
}
