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
import barnabas.protocol.message.RenewDelegationTokenRequest;

/// Lengthens the life of a delegation token (KIP-48). The controller decides.
public final class P39RenewDelegationToken implements BlockingApi<RenewDelegationTokenRequest> {
    private static final Need NEED =
            new Need.Nothing("the controller looks whether the client is owner, requester or renewer of the token");

    private final ClusterMetadata metadata;

    public P39RenewDelegationToken(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.RENEW_DELEGATION_TOKEN;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(RenewDelegationTokenRequest request, Call call) throws InterruptedException {
        return call.client().mayAskForTokens()
                ? metadata.controller().ask(TokenApis.RENEW, request, call.requester())
                : RefusedTokens.renewed(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
    }
}
