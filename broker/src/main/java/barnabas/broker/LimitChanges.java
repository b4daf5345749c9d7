package barnabas.broker;

import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.fetch.DiskPool;
import barnabas.config.BrokerConfig;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ImageDelta;
import barnabas.net.Server;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/// Makes the network obey limits on connections, and the disk pool its number of threads, when an operator changes them
/// while the broker runs. Added behind the listener that refreshes the configuration.
///
/// Owner: the thread that delivers images notices a change; it is applied on a virtual thread, as host names in it are
/// looked up.
final class LimitChanges implements MetadataListener {
    private final LiveConfig live;
    private final Server network;
    private final DiskPool disk;
    private final Executor virtualThreads;
    private final ReentrantLock applying = new ReentrantLock();
    private BrokerConfig seen;
    /// `max.connections` as it was last looked at. Owner: `applying`.
    private int connectionsMax;

    /// @param started the configuration whose limits `network` has
    LimitChanges(BrokerConfig started, LiveConfig live, Server network, DiskPool disk, Executor virtualThreads) {
        this.live = live;
        this.network = network;
        this.disk = disk;
        this.virtualThreads = virtualThreads;
        this.seen = started;
        this.connectionsMax = started.network().connections().max();
    }

    @Override
    public void changed(ImageDelta delta) {
        BrokerConfig current = live.current();
        boolean same = current.layers().thisBroker().equals(seen.layers().thisBroker())
                && current.layers().clusterWide().equals(seen.layers().clusterWide());
        seen = current;
        if (!same) virtualThreads.execute(this::apply);
    }

    /// The newest limits win, as they are read inside.
    private void apply() {
        applying.lock();
        try {
            BrokerConfig config = live.current();
            int max = config.network().connections().max();
            if (max != connectionsMax) Listening.reportConnectionsMax(config);
            connectionsMax = max;
            network.limit(Listening.limits(config));
            disk.resize(config.network().ioThreads());
        } finally {
            applying.unlock();
        }
    }
}
