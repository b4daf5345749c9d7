package barnabas.broker.request;

import barnabas.broker.security.Authorizer;
import barnabas.protocol.RequestMessage;
import org.jspecify.annotations.Nullable;

/// Authorizer that knows what each API needs, and checks a request as a whole before its API reads it.
public interface Gate extends Authorizer {
    /// The part of a request that the client may ask for, with the rest refused in the answer ([Call#amend]); null when
    /// the call is completed already.
    @Nullable
    RequestMessage admit(Api<?> api, RequestMessage request, Call call);
}
