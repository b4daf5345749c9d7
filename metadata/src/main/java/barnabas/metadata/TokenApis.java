package barnabas.metadata;

import static barnabas.metadata.ControllerApi.NODE_TIMEOUT;

import barnabas.metadata.decision.RefusedTokens;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.CreateDelegationTokenResponse;
import barnabas.protocol.message.ExpireDelegationTokenRequest;
import barnabas.protocol.message.ExpireDelegationTokenResponse;
import barnabas.protocol.message.RenewDelegationTokenRequest;
import barnabas.protocol.message.RenewDelegationTokenResponse;
import java.util.List;

/// Rows of [ControllerApis] for delegation tokens (KIP-48). The controller decides by the client that asks, so that
/// requests of another node come in an envelope.
public final class TokenApis {
    private TokenApis() {}

    public static final ControllerApi<CreateDelegationTokenRequest, CreateDelegationTokenResponse> CREATE =
            new ControllerApi<>(
                    ApiKey.CREATE_DELEGATION_TOKEN,
                    (controller, request, asking) -> controller.tokens().create(request, asking),
                    (_, refusal) -> RefusedTokens.created("", "", refusal.error()),
                    _ -> NODE_TIMEOUT);

    public static final ControllerApi<RenewDelegationTokenRequest, RenewDelegationTokenResponse> RENEW =
            new ControllerApi<>(
                    ApiKey.RENEW_DELEGATION_TOKEN,
                    (controller, request, asking) -> controller.tokens().renew(request, asking),
                    (_, refusal) -> RefusedTokens.renewed(refusal.error()),
                    _ -> NODE_TIMEOUT);

    public static final ControllerApi<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse> EXPIRE =
            new ControllerApi<>(
                    ApiKey.EXPIRE_DELEGATION_TOKEN,
                    (controller, request, asking) -> controller.tokens().expire(request, asking),
                    (_, refusal) -> RefusedTokens.expired(refusal.error()),
                    _ -> NODE_TIMEOUT);

    public static List<ControllerApi<?, ?>> all() {
        return List.of(CREATE, RENEW, EXPIRE);
    }
}
