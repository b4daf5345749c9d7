package barnabas.broker.identity;

import barnabas.base.Disk;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.config.BrokerConfig;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A TLS context that new connections get, and its replacement when settings or files change. A context that cannot be
/// made leaves the one before in use.
///
/// Owner of all but `current`: the thread that starts the node, then that of [TlsListeners].
final class ReloadedTls {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadedTls.class);

    /// Reads keys and trust.
    @FunctionalInterface
    interface Loader {
        TlsContext load(TlsSettings settings, Disk disk) throws SecuritySettingException;
    }

    /// A file as it was when it was read last.
    private record Stamp(String file, long modifiedMillis, long sizeBytes) {}

    private final String name;
    private final Function<BrokerConfig, TlsSettings> settings;
    private final Loader loader;
    private final Disk disk;
    private volatile TlsContext current;
    private TlsSettings tried;
    private List<Stamp> stamps;

    /// @param name of its connections, for log lines: `Listener EXTERNAL`
    /// @throws SecuritySettingException with setting, file and reason
    /// @throws IllegalArgumentException for a setting of a wrong form
    ReloadedTls(
            String name, Function<BrokerConfig, TlsSettings> settings, Loader loader, BrokerConfig config, Disk disk)
            throws SecuritySettingException {
        this.name = name;
        this.settings = settings;
        this.loader = loader;
        this.disk = disk;
        this.tried = settings.apply(config);
        this.stamps = stamps(tried, disk);
        this.current = loader.load(tried, disk);
    }

    TlsContext current() {
        return current;
    }

    /// Takes over what has changed since it was looked at last.
    void refresh(BrokerConfig config) {
        try {
            load(config);
        } catch (SecuritySettingException | RuntimeException e) {
            LOG.error("{}: changed keys cannot be used, those before stay: {}", name, e.getMessage());
        }
    }

    /// Takes over settings that were altered before this start. Those of the file may ask less of clients, so that they
    /// do not take their place.
    ///
    /// @param problems receives a line when they cannot be used
    void takeOver(BrokerConfig config, List<String> problems) {
        try {
            load(config);
        } catch (SecuritySettingException | IllegalArgumentException e) {
            problems.add(name + ": settings that were altered while the node ran cannot be used: " + e.getMessage());
        }
    }

    private void load(BrokerConfig config) throws SecuritySettingException {
        TlsSettings wanted = settings.apply(config);
        List<Stamp> now = stamps(wanted, disk);
        if (wanted.equals(tried) && now.equals(stamps)) return;
        tried = wanted;
        stamps = now;
        current = loader.load(wanted, disk);
        LOG.info("{} uses its changed keys and trusted certificates", name);
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
