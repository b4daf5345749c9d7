package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.broker.cluster.ReportedDirectories;
import barnabas.broker.follow.Replication;
import barnabas.broker.leaders.BrokerSession;
import barnabas.config.BrokerConfig;
import barnabas.config.MetadataConfig;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Heartbeats of a broker in a cluster (KIP-631): they keep the controller from fencing it, end the fence once it has
/// caught up, and hand its leaderships over before it stops.
///
/// One thread sends them, and closing sends the last. It returns when the partitions here have seen that others lead
/// them: requests that waited on them are answered with NOT_LEADER_OR_FOLLOWER then. Connections that close before
/// lead clients to the new leaders while batches of theirs are unanswered here; the batches behind these push them out
/// of the window in which a leader knows repeated batches, and an idempotent producer stands still.
///
/// In the time that is left, the controller learns where replicas were moved to: it takes one for lost when the
/// disk that it left is replaced while this broker is away.
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    /// A stop does not wait longer for a controller: the session's end does the same a little later.
    private static final Duration HANDOVER_MAX = Duration.ofSeconds(5);

    /// Logged at the second heartbeat: the first may have crossed a registration of this process.
    private static final String STALE = "Another process has registered with this node.id since, or the broker was"
            + " unregistered: this process is not part of the cluster any more, stop it";

    /// One heartbeat, answered.
    interface Beat {
        BrokerHeartbeatResponse send(boolean wantShutDown, Deadline deadline) throws InterruptedException;
    }

    /// Duties of this broker before it may go.
    interface Duties {
        /// True while a partition of this broker leads.
        boolean lead();

        /// Waits until the controller has answered what was reported to it.
        void awaitReports(Deadline deadline) throws InterruptedException;
    }

    private final Beat beat;
    private final Duties duties;
    private final MetadataConfig.Registration times;
    private final BrokerSession session;
    private final Clock clock;
    private final Schedule schedule;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition imageApplied = lock.newCondition();
    private boolean fenced;

    /// Heartbeats in a row that carried the epoch of an earlier registration. Owner: the thread that sends them.
    private int stale;

    /// Starts the heartbeats of a broker that is registered.
    ///
    /// @param session of this broker, which goes on with each heartbeat that the controller takes
    Heartbeats(
            Beat beat,
            Duties duties,
            MetadataConfig.Registration times,
            BrokerSession session,
            Clock clock,
            Threads threads) {
        this.beat = beat;
        this.duties = duties;
        this.times = times;
        this.session = session;
        this.clock = clock;
        this.schedule = new Schedule("broker-heartbeat", clock, threads);
        schedule.everyMillis(times.heartbeatIntervalMillis(), this::beat);
    }

    /// Starts those of a node, which looks at each image.
    static Heartbeats start(
            ReportedDirectories reported,
            LocalPartitions partitions,
            Replication replication,
            BrokerSession session,
            BrokerConfig config,
            ClusterMetadata metadata,
            World world) {
        var duties = new Duties() {
            @Override
            public boolean lead() {
                return partitions.all().stream().anyMatch(Partition::isLeader);
            }

            @Override
            public void awaitReports(Deadline deadline) throws InterruptedException {
                replication.awaitDirectories(deadline);
            }
        };
        var heartbeats = new Heartbeats(
                reported::heartbeat, duties, config.metadata().registration(), session, world.clock(), world.threads());
        metadata.addListener(_ -> heartbeats.imageApplied());
        return heartbeats;
    }

    private void beat() {
        try {
            long sentNanos = clock.nanos();
            BrokerHeartbeatResponse answer = beat.send(false, deadline());
            if (answer.errorCode() == ErrorCode.NONE.code() && !answer.isFenced()) session.taken(sentNanos);
            note(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A heartbeat without answer makes room for the next one before the session is over.
    private Deadline deadline() {
        return Deadline.inMillis(Math.max(times.heartbeatIntervalMillis(), times.sessionTimeoutMillis() / 3), clock);
    }

    private void note(BrokerHeartbeatResponse answer) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        stale = error == ErrorCode.STALE_BROKER_EPOCH ? stale + 1 : 0;
        if (stale > 1) {
            if (stale == 2) LOG.error(STALE);
            return;
        }
        if (error != ErrorCode.NONE) {
            LOG.warn("The controller did not take a heartbeat: {}", error);
            return;
        }
        if (answer.isFenced() != fenced) {
            fenced = answer.isFenced();
            if (fenced) LOG.warn("The controller has fenced this broker");
            else LOG.info("This broker is no longer fenced");
        }
    }

    /// Partitions have taken over an image.
    void imageApplied() {
        lock.lock();
        try {
            imageApplied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Hands the leaderships over.
    @Override
    public void close() {
        schedule.closeNow();
        Deadline deadline = Deadline.in(HANDOVER_MAX, clock);
        try {
            BrokerHeartbeatResponse answer = beat.send(true, deadline);
            if (answer.errorCode() != ErrorCode.NONE.code()) {
                LOG.warn("This broker stops without handing over its partitions: {}", ErrorCode.of(answer.errorCode()));
                return;
            }
            awaitHandedOver(deadline);
            duties.awaitReports(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitHandedOver(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (duties.lead()) {
                if (deadline.passed()) {
                    LOG.warn("This broker stops before it has seen that others lead its partitions");
                    return;
                }
                deadline.await(lock, imageApplied);
            }
        } finally {
            lock.unlock();
        }
    }
}
