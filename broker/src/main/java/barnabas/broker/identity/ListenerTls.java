package barnabas.broker.identity;

import barnabas.base.Disk;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.base.security.TlsSettings.ClientAuth;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import barnabas.config.listeners.SecurityProtocol;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS of one listener.
final class ListenerTls implements Supplier<SSLEngine> {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);
    private static final long DAY_MILLIS = 86_400_000;
    static final int EXPIRY_WARNING_DAYS = 30;

    private final Listener listener;
    private final ReloadedTls tls;

    private ListenerTls(Listener listener, ReloadedTls tls) {
        this.listener = listener;
        this.tls = tls;
    }

    /// @param problems receives a line with listener, setting, file and reason
    /// @return null when there is one
    static @Nullable ListenerTls open(Listener listener, BrokerConfig config, Disk disk, List<String> problems) {
        try {
            var tls = new ReloadedTls(
                    "Listener " + listener.name(), live -> settings(listener, live), TlsContext::server, config, disk);
            boolean asksForCertificates =
                    TlsSettings.of(name -> config.valueFor(listener, name)).clientAuth()
                            != tls.current().settings().clientAuth();
            if (asksForCertificates)
                LOG.warn(
                        "Listener {}: ssl.client.auth counts for listeners with the protocol SSL only; set {}ssl.client.auth to ask its"
                                + " clients for certificates",
                        listener.name(),
                        ListenerParser.prefixOf(listener.name()));
            return new ListenerTls(listener, tls);
        } catch (SecuritySettingException | IllegalArgumentException e) {
            problems.add("Listener " + listener.name() + ": " + e.getMessage());
            return null;
        }
    }

    /// Settings of the listener, then general ones. A SASL_SSL listener asks for certificates only by a setting of its
    /// own (KIP-684).
    static TlsSettings settings(Listener listener, BrokerConfig config) {
        TlsSettings settings = TlsSettings.of(name -> config.valueFor(listener, name));
        if (listener.protocol() != SecurityProtocol.SASL_SSL) return settings;
        String own = config.value(ListenerParser.prefixOf(listener.name()) + "ssl.client.auth");
        return own == null ? settings.with(ClientAuth.NONE) : settings;
    }

    @Override
    public SSLEngine get() {
        return tls.current().serverEngine();
    }

    Listener listener() {
        return listener;
    }

    /// As [#client(BrokerConfig, Disk)], of the one among these that has the listener.
    static TlsContext client(List<ListenerTls> all, Listener listener, BrokerConfig config, Disk disk)
            throws SecuritySettingException {
        for (ListenerTls each : all) if (each.listener.equals(listener)) return each.client(config, disk);
        throw new SecuritySettingException("listener " + listener.name() + " is not encrypted");
    }

    /// For connections of this process to listeners of this name. They show the node's certificate only where a login
    /// follows that decides who it is.
    ///
    /// @throws SecuritySettingException with setting, file and reason
    TlsContext client(BrokerConfig config, Disk disk) throws SecuritySettingException {
        TlsSettings settings = OutgoingSecurity.settings(listener, config)
                .with(settings(listener, config).clientAuth());
        boolean showsKey =
                listener.protocol() == SecurityProtocol.SASL_SSL && settings.clientAuth() == ClientAuth.REQUIRED;
        return TlsContext.ofOwnServer(settings, showsKey, disk);
    }

    void refresh(BrokerConfig config) {
        tls.refresh(config);
    }

    void takeOver(BrokerConfig config, List<String> problems) {
        tls.takeOver(config, problems);
    }

    /// Milliseconds since the epoch at which the first of the own certificates expires.
    long expiryMillis() {
        long earliest = Long.MAX_VALUE;
        for (X509Certificate each : tls.current().ownCertificates()) earliest = Math.min(earliest, expiryMillis(each));
        return earliest;
    }

    private static long expiryMillis(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().toEpochMilli();
    }

    void warnOfExpiry(long nowMillis) {
        for (X509Certificate each : tls.current().ownCertificates()) {
            long left = expiryMillis(each) - nowMillis;
            String name = each.getSubjectX500Principal().getName();
            if (left <= 0) {
                LOG.error(
                        "Listener {}: the certificate of {} has expired: {}",
                        listener.name(),
                        name,
                        Instant.ofEpochMilli(expiryMillis(each)));
            } else if (left < EXPIRY_WARNING_DAYS * DAY_MILLIS) {
                LOG.warn(
                        "Listener {}: the certificate of {} expires in {} days: {}",
                        listener.name(),
                        name,
                        String.format(Locale.ROOT, "%.1f", (double) left / DAY_MILLIS),
                        Instant.ofEpochMilli(expiryMillis(each)));
            }
        }
    }
}
