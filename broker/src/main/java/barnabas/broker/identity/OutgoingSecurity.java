package barnabas.broker.identity;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.security.BearerLogins;
import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SaslLogin;
import barnabas.base.security.SaslLogins;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.base.security.TokenEndpoint;
import barnabas.broker.identity.tokens.TokenSettings;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import barnabas.net.peer.PeerSecurity;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Connections of this node to a listener of other nodes: their keys and trust are those of the listener of that name,
/// their login is in its `<mechanism>.sasl.jaas.config`, options `username` and `password`, or by tokens of the service
/// in `sasl.oauthbearer.*`.
public final class OutgoingSecurity {
    private static final String JAAS = ".sasl.jaas.config";

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
            Supplier<SaslLogin> logins = switch (listener.protocol()) {
                case PLAINTEXT, SSL -> null;
                case SASL_PLAINTEXT, SASL_SSL -> {
                    SaslLogins user = user(listener, mechanism, config, means);
                    yield () -> user.login(means.random());
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
        String jaas = name.toLowerCase(Locale.ROOT) + JAAS;
        String setting = ListenerParser.prefixOf(listener.name()) + jaas;
        if (name.equals(TokenEndpoint.MECHANISM)) {
            TokenEndpoint service = TokenEndpoint.of(
                    each -> TokenSettings.value(listener, config, each),
                    setting,
                    config.valueFor(listener, jaas),
                    System.getProperty(TokenEndpoint.ALLOWED_URLS, ""),
                    means.disk());
            return new BearerLogins(() -> service.ask(means.clock()), means.clock());
        }
        if (!SaslCredentials.isServed(name))
            throw new SecuritySettingException(mechanism.setting() + "=" + name
                    + " is not served; PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER are");
        return SaslCredentials.of(name, setting, config.valueFor(listener, jaas));
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
