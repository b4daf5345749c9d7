package barnabas.broker.identity;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// The encrypted listeners of a node, and its encrypted connections to other nodes. Every two seconds their files and
/// settings are looked at. What logins are checked against is looked after with them.
public final class TlsListeners implements MetricSource, AutoCloseable {
    private static final long LOOK_MILLIS = 2_000;
    private static final long WARN_MILLIS = 12 * 3_600_000L;

    private final List<ListenerTls> listeners;
    private final Disk disk;
    private final List<OutgoingSecurity> outgoing = new ArrayList<>();
    private final List<LoginSources> logins = new ArrayList<>();
    private @Nullable Schedule schedule;

    private TlsListeners(List<ListenerTls> listeners, Disk disk) {
        this.listeners = listeners;
        this.disk = disk;
    }

    /// Reads keys and trust of the encrypted ones among these listeners.
    ///
    /// @param problems receives a line for each listener whose keys cannot be used
    public static TlsListeners open(List<Listener> all, BrokerConfig config, Disk disk, List<String> problems) {
        var listeners = new ArrayList<ListenerTls>();
        for (Listener each : all) {
            if (!each.protocol().isEncrypted()) continue;
            ListenerTls opened = ListenerTls.open(each, config, disk, problems);
            if (opened != null) listeners.add(opened);
        }
        return new TlsListeners(listeners, disk);
    }

    /// Makes the engines of a listener's connections; null when it is plain.
    public @Nullable Supplier<SSLEngine> of(Listener listener) {
        for (ListenerTls each : listeners) if (each.listener().equals(listener)) return each;
        return null;
    }

    /// Encryption of connections from this process to an encrypted listener, here or on another node.
    ///
    /// @param config that counts at the moment
    /// @throws SecuritySettingException when keys or trust cannot be read
    public TlsContext client(Listener listener, BrokerConfig config) throws SecuritySettingException {
        return ListenerTls.client(listeners, listener, config, disk);
    }

    /// Looks after these connections too. Before [#watch].
    public void add(OutgoingSecurity connections) {
        outgoing.add(connections);
    }

    /// Looks after these too. Before [#watch].
    public void add(LoginSources sources) {
        logins.add(sources);
    }

    /// Takes over settings that were altered before this start.
    ///
    /// @param problems receives a line for each listener that cannot use them
    public void takeOver(BrokerConfig config, List<String> problems) {
        for (ListenerTls each : listeners) each.takeOver(config, problems);
        for (OutgoingSecurity each : outgoing) each.takeOver(config, problems);
    }

    /// Looks for changes from now on.
    ///
    /// @param live the configuration that counts at the moment
    public void watch(Supplier<BrokerConfig> live, Clock clock, Threads threads) {
        for (LoginSources each : logins) each.watch(threads);
        if (listeners.isEmpty() && outgoing.isEmpty()) return;
        refresh(live.get());
        warn(clock);
        var looks = new Schedule("tls-reload", clock, threads);
        schedule = looks;
        looks.everyMillis(LOOK_MILLIS, () -> refresh(live.get()));
        looks.everyMillis(WARN_MILLIS, () -> warn(clock));
    }

    private void refresh(BrokerConfig config) {
        for (ListenerTls each : listeners) each.refresh(config);
        for (OutgoingSecurity each : outgoing) each.refresh(config);
    }

    private void warn(Clock clock) {
        for (ListenerTls each : listeners) each.warnOfExpiry(clock.millis());
    }

    @Override
    public void read(Reading reading) {
        for (ListenerTls each : listeners)
            reading.add(
                    "barnabas_network_certificate_expires_at",
                    each.expiryMillis(),
                    each.listener().name());
    }

    @Override
    public void close() {
        for (LoginSources each : logins) each.close();
        Schedule looks = schedule;
        if (looks != null) looks.close();
    }
}
