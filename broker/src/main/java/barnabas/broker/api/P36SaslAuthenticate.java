package barnabas.broker.api;

import barnabas.broker.identity.SaslSession;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.SaslAuthenticateRequest;

/// One token of a login (KIP-152). A wrong one is answered after a pause, then the connection is closed.
public final class P36SaslAuthenticate implements Api<SaslAuthenticateRequest> {
    private static final Need NEED = new Need.Nothing("a client authenticates with it");

    @Override
    public ApiKey key() {
        return ApiKey.SASL_AUTHENTICATE;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(SaslAuthenticateRequest request, Call call) {
        if (!(call.client().session() instanceof SaslSession session)) {
            call.answer(SaslSession.illegalState());
        } else if (call.connection().isOnLoop()) {
            session.authenticate(request.authBytes(), call);
        } else {
            call.connection().onLoop(() -> call.attempt(() -> session.authenticate(request.authBytes(), call)));
        }
    }
}
