package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.TokenPolicy;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeDelegationTokenRequest;
import barnabas.protocol.message.DescribeDelegationTokenRequest.DescribeDelegationTokenOwner;
import barnabas.protocol.message.DescribeDelegationTokenResponse;
import barnabas.protocol.message.DescribeDelegationTokenResponse.DescribedDelegationToken;
import barnabas.protocol.message.DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Delegation tokens with their secrets (KIP-48). The guard leaves out those that the client may not see.
public final class P41DescribeDelegationToken implements BlockingApi<DescribeDelegationTokenRequest> {
    private final ClusterMetadata metadata;
    private final TokenPolicy policy;

    public P41DescribeDelegationToken(ClusterMetadata metadata, TokenPolicy policy) {
        this.metadata = metadata;
        this.policy = policy;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_DELEGATION_TOKEN;
    }

    @Override
    public Need needs() {
        return Need.OF_ITS_GUARD;
    }

    @Override
    public ResponseMessage answer(DescribeDelegationTokenRequest request, Call call) {
        if (!call.client().mayAskForTokens()) return refused(ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED);
        if (!policy.isOn()) return refused(ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED);
        List<DescribeDelegationTokenOwner> owners = request.owners();
        var shown = new ArrayList<DescribedDelegationToken>();
        metadata.current().access().tokens().forEach((_, token) -> {
            if (owners == null || isOfOne(token, owners)) shown.add(described(token));
        });
        return DescribeDelegationTokenResponse.builder().tokens(shown).build();
    }

    private static boolean isOfOne(DelegationToken token, List<DescribeDelegationTokenOwner> owners) {
        for (DescribeDelegationTokenOwner each : owners)
            if (token.isOf(each.principalType() + ":" + each.principalName())) return true;
        return false;
    }

    private DescribedDelegationToken described(DelegationToken token) {
        return new DescribedDelegationToken(
                DelegationToken.typeOf(token.owner()),
                DelegationToken.nameOf(token.owner()),
                DelegationToken.typeOf(token.requester()),
                DelegationToken.nameOf(token.requester()),
                token.issuedMillis(),
                token.expiryMillis(),
                token.expiryMillisMax(),
                token.id(),
                ByteBuffer.wrap(policy.hmac(token.id())),
                token.renewers().stream()
                        .map(each -> new DescribedDelegationTokenRenewer(
                                DelegationToken.typeOf(each), DelegationToken.nameOf(each)))
                        .toList());
    }

    private static DescribeDelegationTokenResponse refused(ErrorCode error) {
        return DescribeDelegationTokenResponse.builder().errorCode(error.code()).build();
    }
}
