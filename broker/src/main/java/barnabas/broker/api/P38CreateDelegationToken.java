package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.TokenApis;
import barnabas.metadata.controller.access.TokenChanges;
import barnabas.metadata.decision.RefusedTokens;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateDelegationTokenRequest;

/// Makes a delegation token for the client, or for another user (KIP-48, KIP-373). The controller decides; the answer
/// comes when the token is in this broker's image, so that it can log in here.
public final class P38CreateDelegationToken implements BlockingApi<CreateDelegationTokenRequest> {
    private final ClusterMetadata metadata;

    public P38CreateDelegationToken(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CREATE_DELEGATION_TOKEN;
    }

    @Override
    public Need needs() {
        return Need.OF_ITS_GUARD;
    }

    @Override
    public ResponseMessage answer(CreateDelegationTokenRequest request, Call call) throws InterruptedException {
        if (call.client().mayAskForTokens())
            return metadata.controller().ask(TokenApis.CREATE, request, call.requester());
        String requester = call.client().principal().toString();
        return RefusedTokens.created(
                TokenChanges.owner(request, requester), requester, ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
    }
}
