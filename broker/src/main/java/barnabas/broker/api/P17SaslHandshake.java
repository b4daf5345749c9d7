package barnabas.broker.api;

import barnabas.broker.identity.SaslSession;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.util.List;

/// Chooses the mechanism of a login (KIP-43), or of another one on the same connection (KIP-368).
public final class P17SaslHandshake implements Api<SaslHandshakeRequest> {
    private static final Need NEED = new Need.Nothing("a client authenticates with it");

    @Override
    public ApiKey key() {
        return ApiKey.SASL_HANDSHAKE;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(SaslHandshakeRequest request, Call call) {
        if (!(call.client().session() instanceof SaslSession session)) {
            call.answer(new SaslHandshakeResponse(ErrorCode.ILLEGAL_SASL_STATE.code(), List.of()));
        } else if (call.connection().isOnLoop()) {
            session.handshake(request.mechanism(), call);
        } else {
            call.connection().onLoop(() -> call.attempt(() -> session.handshake(request.mechanism(), call)));
        }
    }
}
