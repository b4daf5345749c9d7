package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.QuorumFigures;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's metadata on one node: the newest image, and the way to the controller that changes it.
///
/// Reading is free: [#current] is one volatile read of an immutable image. Changes go through [#controller].
///
/// ```java
/// try (var metadata = ClusterMetadata.start(log, settings, rules, clock, threads, random)) {
///     metadata.addListener(replicas);
///     CreateTopicsResponse response = metadata.controller().ask(ControllerApis.CREATE_TOPICS, request);
///     TopicImage topic = metadata.current().topic("orders").orElseThrow();
/// }
/// ```
public final class ClusterMetadata implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMetadata.class);
    private static final long LOOK_NANOS = 5_000_000;
    private static final long REPORT_NANOS = 10_000_000_000L;

    private final MetadataLog log;
    private final MetadataFollower images;
    private final ControllerService controller;
    private final ControllerPort port;
    private final SnapshotKeeper snapshots;
    private final LongAdder loadedSnapshots = new LongAdder();
    private final LongAdder newControllers = new LongAdder();
    /// Null without delegation tokens.
    private final @Nullable TokenExpiry tokenExpiry;
    private volatile boolean isShared;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Consumer<Throwable>> failureAction = new AtomicReference<>();

    private ClusterMetadata(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random,
            ControllerRoute route) {
        this.log = log;
        this.images = new MetadataFollower(settings.clusterId(), clock, threads, this::failed);
        this.snapshots = new SnapshotKeeper(log, settings.snapshots(), clock, threads);
        this.controller =
                new ControllerService(log, settings, rules, images, clock, random, () -> failure.get() != null);
        this.port = route.port(controller, images);
        TokenPolicy tokens = settings.timeouts().tokens();
        this.tokenExpiry = tokens.isOn() ? new TokenExpiry(controller, tokens, clock, threads) : null;
    }

    /// Loads the log and, when it is empty and this node leads, writes what a new cluster begins with
    /// ([ControllerSettings#bootstrap]). Returns when there is an image to work with. The log is closed with this.
    ///
    /// @throws IOException when the log cannot be read, or when no leader is found in time
    public static ClusterMetadata start(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random)
            throws IOException, InterruptedException {
        return start(log, settings, rules, clock, threads, random, ControllerRoute.LOCAL);
    }

    /// A node of a cluster of several nodes: returns when the image holds everything that was committed when a leader
    /// was found.
    ///
    /// @param route the way to the controller of the cluster
    /// @param joinMax how long to wait for a leader; what a node does before it has this image may be wrong
    public static ClusterMetadata join(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random,
            ControllerRoute route,
            Duration joinMax)
            throws IOException, InterruptedException {
        var metadata = new ClusterMetadata(log, settings, rules, clock, threads, random, route);
        metadata.isShared = true;
        boolean started = false;
        try {
            log.start(metadata.new Notices());
            metadata.snapshots.open();
            metadata.awaitQuorum(Deadline.in(joinMax, clock), clock);
            started = true;
            return metadata;
        } finally {
            if (!started) metadata.close();
        }
    }

    /// The offset up to which all is committed is known to a follower only after the leader has answered it.
    private void awaitQuorum(Deadline deadline, Clock clock) throws IOException, InterruptedException {
        long reportNanos = clock.nanos() + REPORT_NANOS;
        while (true) {
            long committed = log.committedOffset();
            if (log.leadership().leaderId() != QuorumLeader.NOBODY
                    && committed > 0
                    && awaitOffset(committed - 1, deadline)
                    && !current().features().finalized().isEmpty()) return;
            Throwable failed = failure.get();
            if (failed != null) throw new IOException(failed.getMessage(), failed);
            if (deadline.passed()) throw new IOException("the metadata quorum has no leader that this node can reach");
            if (clock.nanos() - reportNanos >= 0) {
                LOG.info("Waiting for the metadata quorum: {}, committed up to {}", log.leadership(), committed);
                reportNanos = clock.nanos() + REPORT_NANOS;
            }
            clock.parkUntil(this, clock.nanos() + LOOK_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /// @param route the way to the controller of a cluster
    public static ClusterMetadata start(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random,
            ControllerRoute route)
            throws IOException, InterruptedException {
        var metadata = new ClusterMetadata(log, settings, rules, clock, threads, random, route);
        boolean started = false;
        try {
            log.start(metadata.new Notices());
            metadata.snapshots.open();
            // The first record of all finalizes a feature: with any image at all, the cluster has begun.
            if (!metadata.awaitOffset(
                    Math.max(0, metadata.images.committed().position().offset()),
                    Deadline.inMillis(settings.timeouts().requestMillis(), clock))) {
                throw new IOException("the metadata log has no leader and no content", metadata.failure.get());
            }
            started = true;
            return metadata;
        } finally {
            if (!started) metadata.close();
        }
    }

    /// Calls from the log, one at a time, on its thread: memory work only.
    private final class Notices implements MetadataLog.Listener {
        @Override
        public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
            images.load(snapshot);
            loadedSnapshots.increment();
        }

        @Override
        public void committed(MetadataLog.CommittedBatch batch) {
            images.apply(batch);
            ClusterImage image = images.committed();
            controller.caughtUp(image);
            snapshots.committed(batch.sizeBytes(), image);
        }

        @Override
        public void leaderChanged(QuorumLeader leadership) {
            if (leadership.leaderId() != QuorumLeader.NOBODY) newControllers.increment();
            controller.leaderChanged(leadership, images.committed());
        }

        @Override
        public void dropped(IOException shortage, Runnable goOn) {
            if (images.committed().features().finalized().isEmpty())
                throw new UncheckedIOException("no space for the first records of a new cluster", shortage);
            controller.dropped(images.committed(), goOn);
        }

        @Override
        public void failed(Throwable cause) {
            ClusterMetadata.this.failed(cause);
        }
    }

    /// The log has failed, or a listener has missed a change: this node cannot go on.
    private void failed(Throwable cause) {
        failure.compareAndSet(null, cause);
        actOnFailure();
        images.end();
    }

    /// The newest published image.
    public ClusterImage current() {
        return images.image();
    }

    /// Topics whose deletion stood in the log when it was read at the start, behind its last snapshot. A crash may have
    /// come before their partitions were deleted.
    public Set<Uuid> topicsDeletedBefore() {
        return images.deletedBefore();
    }

    public ControllerPort controller() {
        return port;
    }

    /// Traffic between the nodes of the quorum; empty of a node alone.
    public Optional<QuorumFigures> quorumFigures() {
        return log.quorumFigures();
    }

    /// Snapshots that were loaded since the start, the one of the start included.
    public long loadedSnapshots() {
        return loadedSnapshots.sum();
    }

    /// Elections of an active controller that this node has seen since its start.
    public long newControllers() {
        return newControllers.sum();
    }

    /// Time since this node wrote a snapshot, since its start when it has written none.
    public long sinceSnapshotWrittenMillis() {
        return snapshots.sinceWrittenMillis();
    }

    /// The leader of the metadata log (the active controller).
    public QuorumLeader leadership() {
        return log.leadership();
    }

    /// Whether this is a node of a cluster of several nodes, and not one by itself.
    public boolean isShared() {
        return isShared;
    }

    /// The level of `kraft.version`: 1 when the voters stand in the metadata log (KIP-853).
    public short quorumLevel() {
        return log.quorumLevel();
    }

    /// The nodes that vote on the metadata log.
    public List<Voter> voters() {
        return log.voters();
    }

    /// Calls `listener` at once, on this thread, with everything there is (a delta from an empty image), and from then
    /// on with every change, on the publisher's thread. A listener must not wait for a change. An exception out
    /// of it is a failure ([#onFailure]): the node would go on with a part of itself that missed a change.
    public void addListener(MetadataListener listener) {
        images.addListener(listener);
    }

    /// Calls `action` when the metadata log or a listener has failed, at once when it already has. The node cannot go
    /// on then; what it has in memory stays readable.
    public void onFailure(Consumer<Throwable> action) {
        failureAction.set(action);
        actOnFailure();
    }

    private void actOnFailure() {
        Throwable cause = failure.get();
        if (cause == null) return;
        Consumer<Throwable> action = failureAction.getAndSet(null);
        if (action != null) action.accept(cause);
    }

    /// Runs short tasks that do not wait on the publisher's thread, between two images: to see that it moves.
    public Executor publisher() {
        return images::ping;
    }

    /// Waits until the local image contains `offset`.
    ///
    /// @return false when that did not happen in time or the log has failed
    public boolean awaitOffset(long offset, Deadline deadline) throws InterruptedException {
        return images.awaitOffset(offset, deadline);
    }

    /// Closes the log, publishes what it committed and ends waiting requests with an error.
    @Override
    public void close() throws IOException {
        if (tokenExpiry != null) tokenExpiry.close();
        try {
            log.close();
        } finally {
            snapshots.close();
            images.close();
        }
    }
}
