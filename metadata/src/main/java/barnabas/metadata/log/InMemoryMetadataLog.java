package barnabas.metadata.log;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A metadata log that is correct because there is nothing to it: one list that all nodes of a [Cluster] share. For
/// simulation and tests.
///
/// Notices run on the executor that the node was given, one after the other: a single thread for tests, a queue that
/// the simulation works off for simulations.
public final class InMemoryMetadataLog implements MetadataLog {
    /// Shared log of all nodes. Records are committed as they are appended, unless [#holdCommits] was called.
    /// Owner: itself, by its monitor; nothing is called from inside of it but executors.
    public static final class Cluster {
        private final Clock clock;
        private final List<CommittedBatch> batches = new ArrayList<>();
        private final List<InMemoryMetadataLog> nodes = new ArrayList<>();
        private @Nullable Snapshot snapshot;
        private QuorumLeader leadership = QuorumLeader.NONE;
        private long endOffset;
        private int committedBatches;
        private boolean holding;

        public Cluster(Clock clock) {
            this.clock = clock;
        }

        /// A node of this cluster. It leads from the next [#elect] on.
        ///
        /// @param executor runs what it is given in order, never inside of `execute`
        public synchronized InMemoryMetadataLog node(int nodeId, Executor executor) {
            var node = new InMemoryMetadataLog(this, nodeId, executor);
            nodes.add(node);
            return node;
        }

        /// Makes a node the leader of a new epoch. What was appended but not committed is lost.
        public synchronized void elect(int nodeId) {
            while (batches.size() > committedBatches)
                endOffset = batches.removeLast().baseOffset();
            // the control record that a real log begins an epoch with
            endOffset++;
            leadership = new QuorumLeader(nodeId, leadership.epoch() + 1);
            nodes.forEach(InMemoryMetadataLog::wake);
        }

        /// From now on, what is appended is committed only by [#commitAll].
        public synchronized void holdCommits() {
            holding = true;
        }

        public synchronized void commitAll() {
            committedBatches = batches.size();
            nodes.forEach(InMemoryMetadataLog::wake);
        }

        private synchronized Appended append(int nodeId, int epoch, MetadataVersion version, List<Message> records) {
            if (!leadership.isLedBy(nodeId) || leadership.epoch() != epoch) return new Appended.NotLeader(leadership);
            int size = records.stream()
                    .mapToInt(record -> MetadataFrames.encode(record, version).remaining())
                    .sum();
            if (size > LocalMetadataLog.BATCH_BYTES_MAX) {
                return new Appended.TooLarge(size, LocalMetadataLog.BATCH_BYTES_MAX);
            }
            long last = endOffset + records.size() - 1;
            batches.add(new CommittedBatch(endOffset, last, epoch, clock.millis(), size, records));
            var accepted = new Appended.Accepted(endOffset, last);
            endOffset = last + 1;
            if (!holding) commitAll();
            return accepted;
        }

        /// The offset after the last committed record that nodes are notified of: no control record after it.
        public synchronized long committedOffset() {
            return committedBatches == 0 ? 0 : batches.get(committedBatches - 1).lastOffset() + 1;
        }
    }

    private final Cluster cluster;
    private final int nodeId;
    private final Executor executor;
    private @Nullable Listener listener;
    private boolean closed;
    // what the listener knows; used on the executor only
    private int deliveredBatches;
    private int deliveredEpoch;

    private InMemoryMetadataLog(Cluster cluster, int nodeId, Executor executor) {
        this.cluster = cluster;
        this.nodeId = nodeId;
        this.executor = executor;
    }

    /// A node alone that leads.
    public static InMemoryMetadataLog alone(int nodeId, Clock clock, Executor executor) {
        var cluster = new Cluster(clock);
        InMemoryMetadataLog node = cluster.node(nodeId, executor);
        cluster.elect(nodeId);
        return node;
    }

    @Override
    public void start(Listener newListener) {
        synchronized (cluster) {
            Check.that(listener == null, "a log is started once");
            listener = newListener;
            wake();
        }
    }

    private void wake() {
        if (listener != null && !closed) executor.execute(this::deliver);
    }

    private sealed interface Notice {
        record Commit(CommittedBatch batch) implements Notice {}

        record Leader(QuorumLeader leadership) implements Notice {}
    }

    private void deliver() {
        while (true) {
            Notice notice;
            Listener target;
            synchronized (cluster) {
                target = listener;
                notice = next();
            }
            if (target == null || notice == null) return;
            try {
                switch (notice) {
                    case Notice.Commit(CommittedBatch batch) -> target.committed(batch);
                    case Notice.Leader(QuorumLeader leadership) -> target.leaderChanged(leadership);
                }
            } catch (RuntimeException e) {
                synchronized (cluster) {
                    closed = true;
                }
                target.failed(e);
                return;
            }
        }
    }

    private @Nullable Notice next() {
        if (closed) return null;
        if (deliveredBatches < cluster.committedBatches) {
            return new Notice.Commit(cluster.batches.get(deliveredBatches++));
        }
        if (deliveredEpoch < cluster.leadership.epoch()) {
            deliveredEpoch = cluster.leadership.epoch();
            return new Notice.Leader(cluster.leadership);
        }
        return null;
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        Check.that(!records.isEmpty(), "the batch is empty");
        synchronized (cluster) {
            return closed ? new Appended.Closed() : cluster.append(nodeId, epoch, version, List.copyOf(records));
        }
    }

    @Override
    public QuorumLeader leadership() {
        synchronized (cluster) {
            return cluster.leadership;
        }
    }

    @Override
    public long endOffset() {
        synchronized (cluster) {
            return cluster.endOffset;
        }
    }

    @Override
    public long committedOffset() {
        return cluster.committedOffset();
    }

    @Override
    public Optional<SnapshotId> latestSnapshot() {
        synchronized (cluster) {
            return Optional.ofNullable(cluster.snapshot).map(Snapshot::id);
        }
    }

    /// Kept to be looked at; the records stay.
    @Override
    public boolean writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches) {
        var copy = new ArrayList<List<Message>>();
        batches.forEach(batch -> copy.add(List.copyOf(batch)));
        synchronized (cluster) {
            Check.that(id.endOffset() <= cluster.committedOffset(), "a snapshot of what is not committed");
            if (cluster.snapshot != null && cluster.snapshot.id().compareTo(id) >= 0) return false;
            cluster.snapshot = new Snapshot(id, timestampMillis, copy);
            return true;
        }
    }

    @Override
    public List<Voter> voters() {
        synchronized (cluster) {
            return cluster.nodes.stream()
                    .map(node -> new Voter(node.nodeId, Uuid.ZERO, List.of()))
                    .toList();
        }
    }

    /// No node leads until the next [Cluster#elect].
    @Override
    public void resign(int epoch) {
        synchronized (cluster) {
            if (!cluster.leadership.isLedBy(nodeId) || cluster.leadership.epoch() != epoch) return;
            cluster.leadership = new QuorumLeader(QuorumLeader.NOBODY, epoch + 1);
            cluster.nodes.forEach(InMemoryMetadataLog::wake);
        }
    }

    @Override
    public void close() {
        synchronized (cluster) {
            closed = true;
        }
    }
}
