package barnabas.metadata.decision;

import barnabas.metadata.access.DelegationToken;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateDelegationTokenResponse;
import barnabas.protocol.message.ExpireDelegationTokenResponse;
import barnabas.protocol.message.RenewDelegationTokenResponse;

/// Refusals of requests about delegation tokens, as Kafka fills them in.
public final class RefusedTokens {
    private static final long NO_TIME = -1;

    private RefusedTokens() {}

    /// @param owner principal of the token that was asked for, `Type:name`
    /// @param requester principal of the client
    public static CreateDelegationTokenResponse created(String owner, String requester, ErrorCode error) {
        return CreateDelegationTokenResponse.builder()
                .errorCode(error.code())
                .principalType(DelegationToken.typeOf(owner))
                .principalName(DelegationToken.nameOf(owner))
                .tokenRequesterPrincipalType(DelegationToken.typeOf(requester))
                .tokenRequesterPrincipalName(DelegationToken.nameOf(requester))
                .issueTimestampMs(NO_TIME)
                .expiryTimestampMs(NO_TIME)
                .maxTimestampMs(NO_TIME)
                .build();
    }

    public static RenewDelegationTokenResponse renewed(ErrorCode error) {
        return RenewDelegationTokenResponse.builder()
                .errorCode(error.code())
                .expiryTimestampMs(NO_TIME)
                .build();
    }

    public static ExpireDelegationTokenResponse expired(ErrorCode error) {
        return ExpireDelegationTokenResponse.builder()
                .errorCode(error.code())
                .expiryTimestampMs(NO_TIME)
                .build();
    }
}
