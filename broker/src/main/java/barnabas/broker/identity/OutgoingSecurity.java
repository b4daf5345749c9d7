package barnabas.broker.identity;

import barnabas.base.Disk;
import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SaslLogin;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
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
/// their login is in its `<mechanism>.sasl.jaas.config`, options `username` and `password`.
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

    /// Reads settings and files.
    ///
    /// @param listener of other nodes, which this node may or may not have itself
    /// @param random unpredictable
    /// @param problems receives a line for what cannot be used
    public static OutgoingSecurity open(
            Listener listener,
            Mechanism mechanism,
            BrokerConfig config,
            Disk disk,
            RandomGenerator random,
            List<String> problems) {
        try {
            ReloadedTls tls = switch (listener.protocol()) {
                case PLAINTEXT, SASL_PLAINTEXT -> null;
                case SSL, SASL_SSL ->
                    new ReloadedTls(
                            "Connections to " + listener.name() + " of other nodes",
                            live -> settings(listener, live),
                            TlsContext::client,
                            config,
                            disk);
            };
            Supplier<SaslLogin> logins = switch (listener.protocol()) {
                case PLAINTEXT, SSL -> null;
                case SASL_PLAINTEXT, SASL_SSL -> {
                    SaslCredentials credentials = credentials(listener, mechanism, config);
                    yield () -> credentials.login(random);
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

    private static SaslCredentials credentials(Listener listener, Mechanism mechanism, BrokerConfig config)
            throws SecuritySettingException {
        String name = mechanism.name().trim();
        if (!SaslCredentials.isServed(name))
            throw new SecuritySettingException(
                    mechanism.setting() + "=" + name + " is not served; PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are");
        String jaas = name.toLowerCase(Locale.ROOT) + JAAS;
        return SaslCredentials.of(
                name, ListenerParser.prefixOf(listener.name()) + jaas, config.valueFor(listener, jaas));
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
