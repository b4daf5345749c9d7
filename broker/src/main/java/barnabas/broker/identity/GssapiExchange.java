package barnabas.broker.identity;

import barnabas.base.Causes;
import barnabas.broker.identity.kerberos.KerberosLogin;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;

/// GSSAPI (RFC 4752) by the JDK's Kerberos. Each step is computed off the event loop: it looks into the keytab and the
/// JDK's replay cache.
final class GssapiExchange implements SaslExchange {
    private static final int STEPS_MAX = 8;
    private static final String MECHANISM = "GSSAPI";

    private final KerberosLogin login;
    private @Nullable SaslServer server;
    private int steps;

    GssapiExchange(KerberosLogin login) {
        this.login = login;
    }

    @Override
    public boolean isSlow(byte[] token) {
        return true;
    }

    @Override
    public Step next(byte[] token) {
        if (++steps > STEPS_MAX) return failed("more than " + STEPS_MAX + " steps");
        try {
            SaslServer running = server == null ? login.server(GssapiExchange::authorize) : server;
            server = running;
            byte[] answer = login.answer(running, token);
            ByteBuffer next = ByteBuffer.wrap(answer == null ? new byte[0] : answer);
            return running.isComplete() ? loggedIn(running.getAuthorizationID(), next) : new Step.Challenge(next);
        } catch (SaslException e) {
            return failed(reason(e));
        }
    }

    private Step loggedIn(String principal, ByteBuffer token) throws SaslException {
        end();
        Optional<String> user = login.user(principal);
        return user.isEmpty()
                ? failed("no rule of sasl.kerberos.principal.to.local.rules makes a user of " + principal)
                : new Step.Done(user.get(), token);
    }

    private Step failed(String reason) {
        try {
            end();
        } catch (SaslException ignored) {
            // The login has failed already.
        }
        return new Step.Failed("", MECHANISM + ": " + reason);
    }

    private void end() throws SaslException {
        SaslServer running = server;
        server = null;
        if (running != null) running.dispose();
    }

    /// The innermost reason, which says what is wrong with the ticket.
    private static String reason(Throwable failure) {
        return String.valueOf(Causes.innermost(failure).getMessage());
    }

    /// A client acts as itself only.
    private static void authorize(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback each : callbacks) {
            if (!(each instanceof AuthorizeCallback asked)) throw new UnsupportedCallbackException(each);
            String shown = asked.getAuthenticationID();
            boolean same = shown != null && shown.equals(asked.getAuthorizationID());
            asked.setAuthorized(same);
            if (same) asked.setAuthorizedID(shown);
        }
    }
}
