package barnabas.broker.identity;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.security.BearerLogins;
import barnabas.base.security.KerberosLogins;
import barnabas.base.security.KerberosModule;
import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SaslLogins;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.base.security.TokenEndpoint;
import barnabas.broker.identity.tokens.TokenSettings;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.net.peer.PeerSecurity;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Connections of this node to a listener of other nodes: their keys and trust are those of the listener of that name,
/// their login is in its `<mechanism>.sasl.jaas.config`, options `username` and `password`, or by tokens of the service
/// in `sasl.oauthbearer.*`.
public final class OutgoingSecurity {
    private final @Nullable ReloadedTls tls;
    private final PeerSecurity security;

    private OutgoingSecurity(@Nullable ReloadedTls tls, PeerSecurity security) {
        this.tls = tls;
        this.security = security;
    }

    /// Mechanism of logins.
    ///
    /// @param setting that it comes from
    public record Mechanism(String setting, String name) {}

    /// Means of a node that are not in its settings.
    ///
    /// @param random unpredictable
    public record Means(Disk disk, Clock clock, RandomGenerator random) {}

    /// Reads settings and files.
    ///
    /// @param listener of other nodes, which this node may or may not have itself
    /// @param problems receives a line for what cannot be used
    public static OutgoingSecurity open(
            Listener listener, Mechanism mechanism, BrokerConfig config, Means means, List<String> problems) {
        try {
            ReloadedTls tls = switch (listener.protocol()) {
                case PLAINTEXT, SASL_PLAINTEXT -> null;
                case SSL, SASL_SSL ->
                    new ReloadedTls(
                            "Connections to " + listener.name() + " of other nodes",
                            live -> settings(listener, live),
                            TlsContext::client,
                            config,
                            means.disk());
            };
            PeerSecurity.Logins logins = switch (listener.protocol()) {
                case PLAINTEXT, SSL -> null;
                case SASL_PLAINTEXT, SASL_SSL -> {
                    SaslLogins user = user(listener, mechanism, config, means);
                    yield host -> user.login(host, means.random());
                }
            };
            PeerSecurity.Engines engines =
                    tls == null ? null : (host, port) -> tls.current().clientEngine(host, port);
            return new OutgoingSecurity(tls, new PeerSecurity(engines, logins));
        } catch (SecuritySettingException | IllegalArgumentException e) {
            problems.add("Connections to " + listener.name() + " of other nodes: " + e.getMessage());
            return new OutgoingSecurity(null, PeerSecurity.NONE);
        }
    }

    /// Of the connections to a listener.
    static TlsSettings settings(Listener listener, BrokerConfig config) {
        TlsSettings settings = TlsSettings.of(name -> config.valueFor(listener, name));
        String check = config.valueFor(listener, "ssl.endpoint.identification.algorithm");
        return check == null ? settings : settings.withHostNameCheck(check.trim());
    }

    private static SaslLogins user(Listener listener, Mechanism mechanism, BrokerConfig config, Means means)
            throws SecuritySettingException {
        String name = mechanism.name().trim();
        String setting = ListenerJaas.setting(listener, name);
        String text = ListenerJaas.text(listener, config, name);
        if (name.equals(TokenEndpoint.MECHANISM)) {
            TokenEndpoint service = TokenEndpoint.of(
                    each -> TokenSettings.value(listener, config, each),
                    setting,
                    text,
                    System.getProperty(TokenEndpoint.ALLOWED_URLS, ""),
                    means.disk());
            return new BearerLogins(() -> service.ask(means.clock()), means.clock());
        }
        if (name.equals(KerberosModule.MECHANISM))
            return KerberosLogins.of(setting, text, config.valueFor(listener, KerberosModule.SERVICE), means.clock());
        if (!SaslCredentials.isServed(name))
            throw new SecuritySettingException(mechanism.setting() + "=" + name
                    + " is not served; PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER and GSSAPI are");
        return SaslCredentials.of(name, setting, text);
    }

    public PeerSecurity security() {
        return security;
    }

    void refresh(BrokerConfig config) {
        if (tls != null) tls.refresh(config);
    }

    void takeOver(BrokerConfig config, List<String> problems) {
        if (tls != null) tls.takeOver(config, problems);
    }
}
