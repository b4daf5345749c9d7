package barnabas.broker.identity.kerberos;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.security.KerberosModule;
import barnabas.base.security.SecuritySettingException;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.LoginException;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Login of one listener to Kerberos by its keytab. It is repeated before the ticket ends; one that fails leaves the
/// login before in use and is tried again.
///
/// For any thread; [#look] for one.
public final class KerberosLogin {
    private static final Logger LOG = LoggerFactory.getLogger(KerberosLogin.class);

    /// @param principal `service/host@REALM`
    /// @param renewMillis moment of the next login, [Long#MAX_VALUE] without a ticket
    private record Login(Subject subject, String principal, long renewMillis) {
        /// Without the keys.
        @Override
        public String toString() {
            return "Login[" + principal + "]";
        }
    }

    private final String listener;
    private final KerberosSettings settings;
    private final LocalNames names;
    private final Clock clock;
    private final RandomGenerator random;
    private volatile Login login;
    private @Nullable Deadline again;

    private KerberosLogin(String listener, KerberosSettings settings, Clock clock, RandomGenerator random)
            throws SecuritySettingException {
        this.listener = listener;
        this.settings = settings;
        this.names = new LocalNames(settings.rules(), ownRealm());
        this.clock = clock;
        this.random = random;
        try {
            login = logIn();
        } catch (LoginException e) {
            throw new SecuritySettingException(
                    settings.setting() + ": Kerberos refused the login of "
                            + settings.options().get("principal") + " with "
                            + settings.options().get("keyTab") + ": " + e.getMessage(),
                    e);
        }
    }

    /// Logs in, which can ask the KDC.
    ///
    /// @param setting the name of `jaas`, for messages
    /// @throws SecuritySettingException when settings are missing, or the login is refused
    public static KerberosLogin open(
            Listener listener,
            BrokerConfig config,
            String setting,
            @Nullable String jaas,
            Clock clock,
            RandomGenerator random)
            throws SecuritySettingException {
        return new KerberosLogin(listener.name(), KerberosSettings.of(listener, config, setting, jaas), clock, random);
    }

    /// The default realm of krb5.conf; empty without one.
    private static String ownRealm() {
        try {
            return new KerberosPrincipal("none").getRealm();
        } catch (IllegalArgumentException noRealm) {
            return "";
        }
    }

    private Login logIn() throws LoginException {
        Subject subject = KerberosModule.logIn(settings.options());
        String principal = KerberosModule.principal(subject);
        long now = clock.millis();
        long renew = Long.MAX_VALUE;
        for (KerberosTicket each : subject.getPrivateCredentials(KerberosTicket.class)) {
            if (!each.getServer().getName().startsWith("krbtgt/")) continue;
            Date start = each.getStartTime() == null ? each.getAuthTime() : each.getStartTime();
            renew = settings.renewalMillis(
                    start.toInstant().toEpochMilli(),
                    each.getEndTime().toInstant().toEpochMilli(),
                    now,
                    random.nextDouble());
        }
        return new Login(subject, principal, renew);
    }

    /// Logs in again when it is time.
    public void look() {
        if (clock.millis() < login.renewMillis || (again != null && !again.passed())) return;
        try {
            login = logIn();
            LOG.info("Listener {} has logged in to Kerberos again as {}", listener, login.principal);
        } catch (LoginException e) {
            again = Deadline.inMillis(settings.reloginMillisMin(), clock);
            LOG.error("Listener {}: Kerberos refused the login, the one before stays: {}", listener, e.getMessage());
        }
    }

    /// The server's side of one client's login.
    public SaslServer server(CallbackHandler handler) throws SaslException {
        Login current = login;
        String principal = current.principal;
        String service = principal.substring(0, principal.indexOf('/'));
        String host = principal.substring(principal.indexOf('/') + 1, principal.indexOf('@'));
        SaslServer server = KerberosModule.as(
                current.subject,
                () -> Sasl.createSaslServer(
                        KerberosModule.MECHANISM, service, host, Map.of(Sasl.QOP, "auth"), handler));
        if (server == null) throw new SaslException("the JDK has no GSSAPI");
        return server;
    }

    /// Gives the client's token to `server`.
    ///
    /// @return null for no answer
    public byte @Nullable [] answer(SaslServer server, byte[] token) throws SaslException {
        return KerberosModule.as(login.subject, () -> server.evaluateResponse(token));
    }

    /// The user of a principal; empty when no rule fits.
    public Optional<String> user(String principal) {
        return names.user(principal);
    }
}
