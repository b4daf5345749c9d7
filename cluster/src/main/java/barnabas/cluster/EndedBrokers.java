package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.metadata.OwnController;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.log.QuorumLeader;
import barnabas.net.Connection;
import barnabas.net.Network;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has brokers fenced whose process has ended, without waiting for the end of their session.
///
/// A broker is probed when the connection of its heartbeats closes, when it misses a heartbeat, and when this node
/// becomes the controller: it has no connection of a broker that ended with its predecessor. The process has ended
/// when the host refuses connections to every listener of the broker. No answer, a connection that is accepted (a
/// paused process), or a heartbeat in the meantime leave the broker to its session.
///
/// ```
/// connection closed, ──► some probes in 0.3 s ─────► refused ──► fenced, unless it sent a heartbeat
/// former controller                                    ▲         or registered again meanwhile
/// heartbeat missed,                                    │
/// term begins        ──► 1 probe ──────────────────────┘
/// ```
///
/// One probe at a time for each broker, on a virtual thread.
final class EndedBrokers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndedBrokers.class);

    /// The sockets of a process that is killed close one after the other, its listeners perhaps last.
    private static final int PROBES_AFTER_CLOSE = 20;

    private static final long PAUSE_NANOS = 15_000_000;
    private static final int PROBE_MILLIS_MAX = 500;

    /// A registration whose heartbeats come on a connection.
    private record Link(long brokerEpoch, long connectionId) {}

    private final Network network;
    private final long overdueNanos;
    private final Clock clock;
    private final ExecutorService probes;
    private final ReentrantLock lock = new ReentrantLock();
    /// By broker id. Guarded by `lock`; at most one entry for each registered broker.
    private final Map<Integer, Link> links = new HashMap<>();

    /// Ids of open connections whose end is reported. Guarded by `lock`.
    private final Set<Long> connections = new HashSet<>();

    /// Ids of brokers that are probed now. Guarded by `lock`.
    private final Set<Integer> probed = new HashSet<>();

    /// Id of the last controller that was not this node; negative without one. Guarded by `lock`.
    private int former = QuorumLeader.NOBODY;

    private volatile @Nullable OwnController controller;

    /// @param heartbeatMillis of the brokers; one is overdue after one and a half of it
    /// @param probes runs the probes, and ends with this
    EndedBrokers(Network network, int heartbeatMillis, Clock clock, ExecutorService probes) {
        this.network = network;
        this.overdueNanos = heartbeatMillis * 1_500_000L;
        this.clock = clock;
        this.probes = probes;
    }

    /// The controller of this node has an image from here on.
    void serve(OwnController own) {
        controller = own;
    }

    /// A heartbeat came on this connection, and the controller took it.
    void heard(BrokerHeartbeatRequest heartbeat, Connection connection) {
        boolean isNew;
        lock.lock();
        try {
            links.put(heartbeat.brokerId(), new Link(heartbeat.brokerEpoch(), connection.id()));
            isNew = connections.add(connection.id());
        } finally {
            lock.unlock();
        }
        if (isNew) connection.onClosed(() -> closed(connection.id()));
    }

    private void closed(long connection) {
        var lost = new ArrayList<Map.Entry<Integer, Link>>();
        lock.lock();
        try {
            connections.remove(connection);
            for (Map.Entry<Integer, Link> each : links.entrySet())
                if (each.getValue().connectionId == connection) lost.add(Map.entry(each.getKey(), each.getValue()));
            for (Map.Entry<Integer, Link> each : lost) links.remove(each.getKey());
        } finally {
            lock.unlock();
        }
        if (lost.isEmpty()) return;
        long now = clock.nanos();
        // Not on the event loop of the connection: the controller may be deciding something large.
        start(() -> {
            for (BrokerRegistration broker : silentSince(now)) {
                boolean isLost = lost.stream()
                        .anyMatch(
                                each -> each.getKey() == broker.id() && each.getValue().brokerEpoch == broker.epoch());
                if (isLost) probe(broker, now, PROBES_AFTER_CLOSE);
            }
        });
    }

    /// Another node is the controller, or this one from now on.
    void controllerChanged(QuorumLeader leader, int nodeId) {
        if (leader.leaderId() == QuorumLeader.NOBODY) return;
        int before;
        lock.lock();
        try {
            before = former;
            if (!leader.isLedBy(nodeId)) former = leader.leaderId();
        } finally {
            lock.unlock();
        }
        if (!leader.isLedBy(nodeId)) return;
        long now = clock.nanos();
        start(() -> {
            for (BrokerRegistration broker : silentSince(now))
                probe(broker, now, broker.id() == before ? PROBES_AFTER_CLOSE : 1);
        });
    }

    private List<BrokerRegistration> silentSince(long nanos) {
        OwnController own = controller;
        return own == null ? List.of() : own.silentSince(nanos);
    }

    /// Probes the brokers that missed a heartbeat. Called again and again.
    void look() {
        long since = clock.nanos() - overdueNanos;
        for (BrokerRegistration broker : silentSince(since)) probe(broker, since, 1);
    }

    private void probe(BrokerRegistration broker, long since, int times) {
        lock.lock();
        try {
            if (!probed.add(broker.id())) return;
        } finally {
            lock.unlock();
        }
        start(() -> {
            try {
                run(broker, since, times);
            } finally {
                release(broker.id());
            }
        });
    }

    private void release(int broker) {
        lock.lock();
        try {
            probed.remove(broker);
        } finally {
            lock.unlock();
        }
    }

    private void start(Runnable work) {
        try {
            probes.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("the node stops", e);
        }
    }

    private void run(BrokerRegistration broker, long since, int times) {
        OwnController own = controller;
        for (int left = times; own != null && left > 0; left--) {
            if (refuses(broker)) {
                if (own.fenceEnded(broker.id(), broker.epoch(), since))
                    LOG.warn("Fenced broker {}: its connection is gone and its listeners refuse", broker.id());
                return;
            }
            if (left == 1) return;
            clock.parkUntil(this, clock.nanos() + PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) return;
        }
    }

    /// Whether nothing listens at any address of the broker.
    private boolean refuses(BrokerRegistration broker) {
        if (broker.endpoints().isEmpty()) return false;
        for (BrokerRegistration.Endpoint each : broker.endpoints()) {
            if (network.probe(each.host(), each.port(), PROBE_MILLIS_MAX) != Network.Reachability.REFUSED) return false;
        }
        return true;
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
