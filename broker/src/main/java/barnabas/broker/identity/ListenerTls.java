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
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS of one listener: the context that new connections get, and its replacement when settings or files change. A
/// context that cannot be made leaves the one before in use.
///
/// Owner of all but `current`: the thread that starts the node, then that of [TlsReload].
final class ListenerTls implements Supplier<SSLEngine> {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);
    private static final long DAY_MILLIS = 86_400_000;
    static final int EXPIRY_WARNING_DAYS = 30;

    /// A file as it was when it was read last.
    private record Stamp(String file, long modifiedMillis, long sizeBytes) {}

    private final Listener listener;
    private final Disk disk;
    private volatile TlsContext current;
    private TlsSettings tried;
    private List<Stamp> stamps;

    private ListenerTls(Listener listener, Disk disk, TlsContext current, List<Stamp> stamps) {
        this.listener = listener;
        this.disk = disk;
        this.current = current;
        this.tried = current.settings();
        this.stamps = stamps;
    }

    /// @param problems receives a line with listener, setting, file and reason
    /// @return null when there is one
    static @Nullable ListenerTls open(Listener listener, BrokerConfig config, Disk disk, List<String> problems) {
        try {
            TlsSettings settings = settings(listener, config);
            List<Stamp> stamps = stamps(settings, disk);
            return new ListenerTls(listener, disk, TlsContext.server(settings, disk), stamps);
        } catch (SecuritySettingException | IllegalArgumentException e) {
            problems.add("Listener " + listener.name() + ": " + e.getMessage());
            return null;
        }
    }

    /// Settings of the listener, then general ones. A SASL_SSL listener asks for certificates only by a setting of its
    /// own (KIP-684).
    private static TlsSettings settings(Listener listener, BrokerConfig config) {
        TlsSettings settings = TlsSettings.of(name -> config.valueFor(listener, name));
        if (listener.protocol() != SecurityProtocol.SASL_SSL) return settings;
        String own = config.value(ListenerParser.prefixOf(listener.name()) + "ssl.client.auth");
        return own == null ? settings.with(ClientAuth.NONE) : settings;
    }

    @Override
    public SSLEngine get() {
        return current.serverEngine();
    }

    Listener listener() {
        return listener;
    }

    /// Takes over what has changed since it was looked at last.
    void refresh(BrokerConfig config) {
        try {
            TlsSettings settings = settings(listener, config);
            List<Stamp> now = stamps(settings, disk);
            if (settings.equals(tried) && now.equals(stamps)) return;
            tried = settings;
            stamps = now;
            current = TlsContext.server(settings, disk);
            LOG.info("Listener {} uses its changed keys and trusted certificates", listener.name());
        } catch (SecuritySettingException | RuntimeException e) {
            LOG.error(
                    "Listener {}: changed keys cannot be used, those before stay: {}", listener.name(), e.getMessage());
        }
    }

    /// Milliseconds since the epoch at which the first of the own certificates expires.
    long expiryMillis() {
        long earliest = Long.MAX_VALUE;
        for (X509Certificate each : current.ownCertificates()) earliest = Math.min(earliest, expiryMillis(each));
        return earliest;
    }

    private static long expiryMillis(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().toEpochMilli();
    }

    void warnOfExpiry(long nowMillis) {
        for (X509Certificate each : current.ownCertificates()) {
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

    private static List<Stamp> stamps(TlsSettings settings, Disk disk) {
        var stamps = new ArrayList<Stamp>();
        for (@Nullable
        String each : new String[] {
            settings.keyStore().location(), settings.trustStore().location()
        }) {
            if (each == null) continue;
            try {
                Path file = Path.of(each);
                stamps.add(
                        disk.exists(file)
                                ? new Stamp(each, disk.lastModifiedMillis(file), disk.sizeBytes(file))
                                : new Stamp(each, -1, -1));
            } catch (IOException | InvalidPathException e) {
                // Gone meanwhile, or no file: reading it says so.
                stamps.add(new Stamp(each, -1, -1));
            }
        }
        return stamps;
    }
}
