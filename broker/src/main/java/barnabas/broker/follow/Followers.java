package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import barnabas.broker.peers.BrokerConnection;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.config.BrokerConfig;
import barnabas.config.ReplicationConfig.FollowerFetch;
import barnabas.log.TopicPartition;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.peer.PeerConfig;
import barnabas.protocol.Uuid;
import barnabas.replication.Partition;
import barnabas.replication.PartitionState;
import barnabas.replication.throttle.ReplicationThrottle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The replicas of this broker that other brokers lead, each with the fetcher that fills it: `num.replica.fetchers` for
/// each broker that leads any. A fetcher starts with its first replica and stays.
///
/// Owner: the thread that delivers images.
public final class Followers implements AutoCloseable {
    private static final String SOFTWARE_VERSION = "1";

    private record Place(int leader, int fetcher) {}

    private record Assigned(Place place, int leaderEpoch) {}

    /// Figures of all fetchers.
    ///
    /// @param lagMax records that the replica furthest behind lacks
    /// @param fetchRateMin of the slowest fetcher, a second
    /// @param failedReplicas that are not fetched any more
    record Figures(long lagMax, double fetchRateMin, int deadThreads, int failedReplicas) {
        static final Figures NONE = new Figures(0, 0, 0, 0);
    }

    private final BrokerConnection.Environment environment;
    private final FollowerFetch config;
    private final ReplicationThrottle throttle;
    private final int networkThreads;
    private final Clock clock;
    private final Threads threads;
    private final Map<Place, ReplicaFetcher> fetchers = new HashMap<>();
    private final Map<ReplicaKey, Assigned> assigned = new HashMap<>();
    private final Mutex changes = new Mutex();
    private boolean closed;

    public Followers(
            BrokerConfig config,
            Supplier<ClusterImage> images,
            ReplicationThrottle throttle,
            BrokerNetwork network,
            Clock clock,
            Threads threads) {
        this.throttle = throttle;
        this.environment = new BrokerConnection.Environment(
                config.node().nodeId(), config.listeners().interBrokerName(), images, network);
        this.config = config.replication().fetch();
        this.networkThreads = config.network().networkThreads();
        this.clock = clock;
        this.threads = threads;
    }

    /// A replica of this broker has a state, which may be the same as before.
    public void changed(Partition partition) {
        try (var _ = changes.hold()) {
            var key = new ReplicaKey(
                    partition.topicId(), partition.topicPartition().partition());
            PartitionState state = partition.state();
            boolean follows = state.leaderId() >= 0 && state.leaderId() != environment.self();
            Assigned before = assigned.get(key);
            Assigned after = follows ? new Assigned(placeOf(key, state.leaderId()), state.leaderEpoch()) : null;
            if (closed || (before == null ? after == null : before.equals(after))) return;
            if (before != null && (after == null || !after.place().equals(before.place()))) leave(before.place(), key);
            if (after == null) {
                assigned.remove(key);
                return;
            }
            assigned.put(key, after);
            fetcher(after.place()).follow(partition, after.leaderEpoch());
        }
    }

    /// A replica has left this broker.
    public void left(Uuid topicId, TopicPartition name) {
        try (var _ = changes.hold()) {
            var key = new ReplicaKey(topicId, name.partition());
            Assigned before = assigned.remove(key);
            if (before != null) leave(before.place(), key);
        }
    }

    /// All replicas of a deleted topic have.
    public void topicDeleted(Uuid topicId) {
        try (var _ = changes.hold()) {
            List<ReplicaKey> keys = new ArrayList<>();
            for (ReplicaKey each : assigned.keySet()) if (each.topicId().equals(topicId)) keys.add(each);
            for (ReplicaKey key : keys) {
                Assigned before = assigned.remove(key);
                if (before != null) leave(before.place(), key);
            }
        }
    }

    private Place placeOf(ReplicaKey key, int leader) {
        return new Place(leader, Math.floorMod(31 * key.topicId().hashCode() + key.index(), config.threads()));
    }

    private void leave(Place place, ReplicaKey key) {
        ReplicaFetcher fetcher = fetchers.get(place);
        if (fetcher != null) fetcher.leave(key);
    }

    private ReplicaFetcher fetcher(Place place) {
        return fetchers.computeIfAbsent(place, _ -> {
            String name = "replica-fetcher-" + place.leader() + "-" + place.fetcher();
            var limits = new PeerConfig(
                    "broker-" + environment.self() + "-fetcher-" + place.fetcher(), SOFTWARE_VERSION, networkThreads);
            return new ReplicaFetcher(
                    name,
                    new BrokerConnection(place.leader(), environment, limits),
                    environment,
                    config,
                    throttle,
                    clock,
                    threads);
        });
    }

    Figures figures(long nowNanos) {
        List<ReplicaFetcher> all;
        try (var _ = changes.hold()) {
            all = List.copyOf(fetchers.values());
        }
        long lag = 0;
        double rate = Double.MAX_VALUE;
        int dead = 0;
        int failed = 0;
        for (ReplicaFetcher each : all) {
            lag = Math.max(lag, each.lagMax());
            rate = Math.min(rate, each.fetchesPerSecond(nowNanos));
            if (each.isDead()) dead++;
            failed += each.failedReplicas();
        }
        return new Figures(lag, all.isEmpty() ? 0 : rate, dead, failed);
    }

    @Override
    public void close() {
        List<ReplicaFetcher> all;
        try (var _ = changes.hold()) {
            closed = true;
            all = List.copyOf(fetchers.values());
        }
        all.forEach(ReplicaFetcher::close);
    }
}
