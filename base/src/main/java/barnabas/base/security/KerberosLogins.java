package barnabas.base.security;

import barnabas.base.Causes;
import barnabas.base.Clock;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.LoginException;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/// Logins of one user by Kerberos (GSSAPI, RFC 4752), with a keytab or the tickets that `kinit` has left. The user logs
/// in to Kerberos with the first connection, and again with the first one after four fifths of its ticket's life; while
/// that fails the ticket before is used to its end. For any thread.
public final class KerberosLogins implements SaslLogins {
    private static final double RENEWED_AFTER = 0.8;

    /// Times are on the scale of [Clock#nanos], so that a wall clock that is set does not keep a ticket.
    ///
    /// @param endless whether the login has no ticket that ends
    private record Held(Subject subject, String principal, boolean endless, long renewNanos, long endNanos) {
        /// Without the keys.
        @Override
        public String toString() {
            return "Held[" + principal + "]";
        }
    }

    private final Map<String, String> options;
    private final String service;
    private final Clock clock;
    private volatile @Nullable Held held;

    private KerberosLogins(Map<String, String> options, String service, Clock clock) {
        this.options = options;
        this.service = service;
        this.clock = clock;
    }

    /// Reads the options of Krb5LoginModule. Asks no KDC.
    ///
    /// @param setting the name of `jaas`, for messages
    /// @param service value of `sasl.kerberos.service.name`; null when it is not set
    /// @throws SecuritySettingException with the reason
    public static KerberosLogins of(String setting, @Nullable String jaas, @Nullable String service, Clock clock)
            throws SecuritySettingException {
        if (jaas == null) throw new SecuritySettingException(setting + " must be set for " + KerberosModule.MECHANISM);
        JaasEntry entry = JaasEntry.parse(setting, jaas);
        if (!entry.module().equals(JaasEntry.KERBEROS))
            throw new SecuritySettingException(setting + ": the login module must be Krb5LoginModule");
        Map<String, String> options = entry.options();
        boolean keys = isOn(options, "useKeyTab") && options.containsKey("keyTab") && options.containsKey("principal");
        if (!keys && !isOn(options, "useTicketCache"))
            throw new SecuritySettingException(setting
                    + ": Krb5LoginModule needs useKeyTab=true with keyTab=\"...\" and principal=\"...\", or"
                    + " useTicketCache=true");
        return new KerberosLogins(options, KerberosModule.service(options, service), clock);
    }

    private static boolean isOn(Map<String, String> options, String name) {
        return "true".equals(options.get(name));
    }

    @Override
    public SaslLogin login(String host, RandomGenerator random) {
        return new Gssapi(host);
    }

    private Held current() throws LoginException {
        Held present = held;
        long now = clock.nanos();
        if (present != null && (present.endless || now - present.renewNanos < 0)) return present;
        try {
            Held fresh = logIn(now);
            held = fresh;
            return fresh;
        } catch (LoginException e) {
            if (present != null && now - present.endNanos < 0) return present;
            throw e;
        }
    }

    private Held logIn(long now) throws LoginException {
        Subject subject = KerberosModule.logIn(options);
        boolean endless = true;
        long lifeNanos = 0;
        for (KerberosTicket each : subject.getPrivateCredentials(KerberosTicket.class)) {
            if (!each.getServer().getName().startsWith("krbtgt/")) continue;
            endless = false;
            long nowMillis = clock.millis();
            lifeNanos =
                    TimeUnit.MILLISECONDS.toNanos(each.getEndTime().toInstant().toEpochMilli() - nowMillis);
        }
        String principal = KerberosModule.principal(subject);
        return new Held(subject, principal, endless, now + (long) (lifeNanos * RENEWED_AFTER), now + lifeNanos);
    }

    private final class Gssapi implements SaslLogin {
        private final String host;
        private @Nullable Held login;
        private @Nullable SaslClient client;

        Gssapi(String host) {
            this.host = host;
        }

        @Override
        public String mechanism() {
            return KerberosModule.MECHANISM;
        }

        @Override
        public Answer first() {
            try {
                Held current = current();
                login = current;
                SaslClient made = KerberosModule.as(
                        current.subject,
                        () -> Sasl.createSaslClient(
                                new String[] {KerberosModule.MECHANISM},
                                current.principal,
                                service,
                                host,
                                Map.of(Sasl.QOP, "auth"),
                                null));
                if (made == null) return new Answer.Refused("the JDK has no " + KerberosModule.MECHANISM);
                client = made;
                return answer(current, made, new byte[0]);
            } catch (LoginException | SaslException e) {
                return new Answer.Refused("Kerberos: " + Causes.innermost(e).getMessage());
            }
        }

        @Override
        public Answer next(byte[] token) {
            Held current = login;
            SaslClient running = client;
            if (current == null || running == null) throw new IllegalStateException("bug: no first token");
            try {
                if (!running.isComplete()) return answer(current, running, token);
                running.dispose();
                return new Answer.Done();
            } catch (SaslException e) {
                return new Answer.Refused("Kerberos: " + Causes.innermost(e).getMessage());
            }
        }

        private static Answer answer(Held login, SaslClient client, byte[] token) throws SaslException {
            byte[] next = KerberosModule.as(login.subject, () -> client.evaluateChallenge(token));
            if (next != null) return new Answer.Token(ByteBuffer.wrap(next));
            return client.isComplete() ? new Answer.Done() : new Answer.Refused("the server's token is not complete");
        }
    }
}
