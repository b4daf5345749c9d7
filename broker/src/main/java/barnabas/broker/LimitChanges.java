package barnabas.broker;

import barnabas.broker.cluster.Compaction;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.fetch.DiskPool;
import barnabas.broker.quota.AddressQuotas;
import barnabas.config.BrokerConfig;
import barnabas.config.keys.BrokerLayers;
import barnabas.log.directory.LogCleaner;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.net.Server;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/// Applies changed limits on connections and rates of addresses to the network, a changed number of threads to the
/// disk pool, and changed settings to the log cleaner, while the broker runs. Added behind the listener that refreshes
/// the configuration.
///
/// Owner: the thread that delivers images notices a change; it is applied on a virtual thread, as host names in it are
/// looked up and threads of the cleaner are waited for.
final class LimitChanges implements MetadataListener {
    private static final String MIN_IN_SYNC = "min.insync.replicas";

    private final LiveConfig live;
    private final Server network;
    private final DiskPool disk;
    private final LogCleaner cleaner;
    private final Executor virtualThreads;
    private final ReentrantLock applying = new ReentrantLock();
    private BrokerConfig seen;
    private volatile PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas = PersistentMap.empty();
    /// `max.connections` as it was last looked at. Owner: `applying`.
    private int connectionsMax;

    /// @param started the configuration whose limits `network` has
    LimitChanges(
            BrokerConfig started,
            LiveConfig live,
            Server network,
            DiskPool disk,
            LogCleaner cleaner,
            Executor virtualThreads) {
        this.live = live;
        this.network = network;
        this.disk = disk;
        this.cleaner = cleaner;
        this.virtualThreads = virtualThreads;
        this.seen = started;
        this.connectionsMax = started.network().connections().max();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // other settings and other quotas are other objects
    public void changed(ImageDelta delta) {
        BrokerConfig current = live.current();
        boolean same = current == seen || isAlike(current.layers(), seen.layers());
        seen = current;
        same &= quotas == delta.after().quotas();
        quotas = delta.after().quotas();
        if (!same) virtualThreads.execute(this::apply);
    }

    private static boolean isAlike(BrokerLayers one, BrokerLayers other) {
        return limits(one.thisBroker()).equals(limits(other.thisBroker()))
                && limits(one.clusterWide()).equals(limits(other.clusterWide()));
    }

    /// A layer without the value that the first image of each cluster has (KIP-966) and that limits no connection. A
    /// node that starts would make its first virtual thread for it, with carriers and all.
    private static Map<String, String> limits(Map<String, String> layer) {
        if (!layer.containsKey(MIN_IN_SYNC)) return layer;
        var rest = new HashMap<>(layer);
        rest.remove(MIN_IN_SYNC);
        return rest;
    }

    /// The newest limits win, as they are read inside.
    private void apply() {
        applying.lock();
        try {
            BrokerConfig config = live.current();
            int max = config.network().connections().max();
            if (max != connectionsMax) Listening.reportConnectionsMax(config);
            connectionsMax = max;
            network.limit(Listening.limits(config, AddressQuotas.of(quotas)));
            disk.resize(config.network().ioThreads());
            cleaner.become(Compaction.settings(config.logUpkeep().cleaner()));
        } finally {
            applying.unlock();
        }
    }
}
