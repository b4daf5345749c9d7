package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.TokenApis;
import barnabas.metadata.decision.RefusedTokens;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ExpireDelegationTokenRequest;

/// Shortens the life of a delegation token, or ends it (KIP-48). The controller decides.
public final class P40ExpireDelegationToken implements BlockingApi<ExpireDelegationTokenRequest> {
    private static final Need NEED =
            new Need.Nothing("the controller looks whether the client is owner, requester or renewer of the token");

    private final ClusterMetadata metadata;

    public P40ExpireDelegationToken(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.EXPIRE_DELEGATION_TOKEN;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ExpireDelegationTokenRequest request, Call call) throws InterruptedException {
        return call.client().mayAskForTokens()
                ? metadata.controller().ask(TokenApis.EXPIRE, request, call.requester())
                : RefusedTokens.expired(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
    }
}
