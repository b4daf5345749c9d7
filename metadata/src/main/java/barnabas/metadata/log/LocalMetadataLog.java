package barnabas.metadata.log;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata log of a node alone, in the directory `__cluster_metadata-0` and in Kafka's format.
///
/// The node always leads; every start begins a new epoch with a control record that says so. A batch is committed when
/// it is forced to disk; all batches that wait share one force. One thread of its own writes, forces and delivers, so
/// that [#append] never waits for the disk. After an I/O error nothing is written any more: what the disk holds then is
/// not known, and to force again could claim what is not so.
///
/// ```
/// __cluster_metadata-0/
///   00000000000000000000.log                     segments: record batches, see MetadataFrames
///   00000000000000004711-0000000003.checkpoint   snapshots: the newest two
///   leader-epoch-checkpoint                      where each epoch began
///   partition.metadata                           the topic id
///   barnabas-committed-end                       below which nothing may be missing, see CommittedEnd
///   00000000000000000000.log.cut-4711            what a start has cut off, see CutBytes
/// ```
public final class LocalMetadataLog implements MetadataLog {
    public static final String DIRECTORY_NAME = "__cluster_metadata-0";
    /// As much as one batch of Kafka's Raft log.
    public static final int BATCH_BYTES_MAX = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);
    private static final int WAITING_BYTES_MAX = 4 * BATCH_BYTES_MAX;

    /// Tasks of the thread, in order.
    private sealed interface Task {
        record Write(ByteBuffer bytes, CommittedBatch batch) implements Task {}

        record BeginEpoch(int epoch) implements Task {}

        record DeleteOldFiles() implements Task {}
    }

    private final int nodeId;
    private final MetadataDirectory directory;
    private final Clock clock;
    private final Threads threads;
    private final MetadataSegments segments;
    private final AtomicBoolean writingSnapshot = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    // guarded by lock
    private final Deque<Task> tasks = new ArrayDeque<>();
    private int waitingBytes;
    private long endOffset;
    private boolean closing;
    private boolean failed;
    private @Nullable Thread thread;

    private volatile QuorumLeader leadership = QuorumLeader.NONE;
    private volatile long committedOffset;
    private volatile Optional<SnapshotId> latestSnapshot = Optional.empty();
    /// Set by [#start]; only the starting thread and then the log's thread use it.
    private @Nullable Listener listener;

    /// As [#open(Path, int, int, Disk, Clock, Threads)] with Kafka's segments of 1 GiB.
    public static LocalMetadataLog open(Path parent, int nodeId, Disk disk, Clock clock, Threads threads) {
        return open(parent, nodeId, 1 << 30, disk, clock, threads);
    }

    /// Nothing is read or written before [#start].
    ///
    /// @param parent the log directory (`metadata.log.dir`) in which [#DIRECTORY_NAME] is or will be
    /// @param segmentBytes `metadata.log.segment.bytes`
    public static LocalMetadataLog open(
            Path parent, int nodeId, int segmentBytes, Disk disk, Clock clock, Threads threads) {
        return new LocalMetadataLog(nodeId, parent, segmentBytes, disk, clock, threads);
    }

    private LocalMetadataLog(int nodeId, Path parent, int segmentBytes, Disk disk, Clock clock, Threads threads) {
        this.nodeId = nodeId;
        Path path = parent.resolve(DIRECTORY_NAME);
        this.directory = new MetadataDirectory(disk, path);
        this.clock = clock;
        this.threads = threads;
        this.segments = new MetadataSegments(disk, path, segmentBytes);
    }

    @Override
    public void start(Listener newListener) throws IOException {
        Check.that(listener == null, "a log is started once");
        listener = newListener;
        try {
            directory.prepare();
            directory.newestSnapshot().ifPresent(snapshot -> {
                latestSnapshot = Optional.of(snapshot.id());
                newListener.snapshotLoaded(snapshot);
            });
            long snapshotEnd = latestSnapshot.map(SnapshotId::endOffset).orElse(0L);
            int snapshotEpoch = latestSnapshot.map(SnapshotId::epoch).orElse(0);
            var epochStarts = new TreeMap<Integer, Long>();
            segments.recover(snapshotEnd, snapshotEpoch, batch -> {
                epochStarts.putIfAbsent(batch.leaderEpoch(), batch.baseOffset());
                if (!batch.isControl()) newListener.committed(committed(batch));
            });
            segments.deleteBefore(directory.deleteOldSnapshots());
            int epoch = Math.max(segments.lastEpoch(), snapshotEpoch) + 1;
            epochStarts.put(epoch, segments.endOffset());
            directory.writeEpochs(epochStarts);
            beginEpoch(epoch);
        } catch (IOException | RuntimeException e) {
            segments.close();
            throw e;
        }
        lock.lock();
        try {
            thread = threads.start("metadata-log", this::run);
        } finally {
            lock.unlock();
        }
    }

    private static CommittedBatch committed(RecordBatch batch) {
        return new CommittedBatch(
                batch.baseOffset(),
                batch.lastOffset(),
                batch.leaderEpoch(),
                batch.maxTimestamp(),
                batch.sizeBytes(),
                MetadataBatches.decode(batch));
    }

    /// On the thread that owns the segments.
    private void beginEpoch(int epoch) throws IOException {
        ByteBuffer bytes = ControlRecord.leaderChange(nodeId, List.of(nodeId), List.of(nodeId), clock.millis());
        var batch = RecordBatch.at(bytes, 0);
        batch.rewriteBaseOffset(segments.endOffset());
        batch.rewriteLeaderEpoch(epoch);
        segments.append(bytes);
        segments.force();
        segments.noteCommitted();
        committedOffset = segments.endOffset();
        lock.lock();
        try {
            endOffset = Math.max(endOffset, segments.endOffset());
            leadership = new QuorumLeader(nodeId, epoch);
        } finally {
            lock.unlock();
        }
        listener().leaderChanged(leadership);
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        Check.that(!records.isEmpty(), "an empty batch says nothing");
        long timestampMillis = clock.millis();
        ByteBuffer bytes = MetadataBatches.encode(records, version, timestampMillis);
        int size = bytes.remaining();
        if (size > BATCH_BYTES_MAX) return new Appended.TooLarge(size, BATCH_BYTES_MAX);
        lock.lock();
        try {
            if (closing || failed) return new Appended.Closed();
            if (!leadership.isLedBy(nodeId) || leadership.epoch() != epoch) return new Appended.NotLeader(leadership);
            if (waitingBytes + size > WAITING_BYTES_MAX) return new Appended.Overloaded();
            var batch = RecordBatch.at(bytes, 0);
            batch.rewriteBaseOffset(endOffset);
            batch.rewriteLeaderEpoch(epoch);
            var committed = new CommittedBatch(
                    endOffset, batch.lastOffset(), epoch, timestampMillis, size, List.copyOf(records));
            endOffset = batch.nextOffset();
            waitingBytes += size;
            tasks.add(new Task.Write(bytes, committed));
            work.signal();
            return new Appended.Accepted(committed.baseOffset(), committed.lastOffset());
        } finally {
            lock.unlock();
        }
    }

    /// The log's thread.
    private void run() {
        try {
            while (true) {
                List<Task> taken = take();
                if (taken.isEmpty()) return;
                perform(taken);
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /// Waits for tasks; empty when the log closes and nothing is left to do.
    private List<Task> take() {
        lock.lock();
        try {
            while (tasks.isEmpty() && !closing) work.awaitUninterruptibly();
            var taken = List.copyOf(tasks);
            tasks.clear();
            waitingBytes = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void perform(List<Task> taken) throws IOException {
        var written = new ArrayList<CommittedBatch>();
        for (Task task : taken) {
            if (task instanceof Task.Write(ByteBuffer bytes, CommittedBatch batch)) {
                segments.append(bytes);
                written.add(batch);
            } else if (task instanceof Task.BeginEpoch(int epoch)) {
                commit(written);
                listener().leaderChanged(new QuorumLeader(QuorumLeader.NOBODY, epoch - 1));
                beginEpoch(epoch);
            } else if (task instanceof Task.DeleteOldFiles) {
                segments.rollSoon();
                segments.deleteBefore(directory.deleteOldSnapshots());
            }
        }
        commit(written);
    }

    private void commit(List<CommittedBatch> written) throws IOException {
        if (written.isEmpty()) return;
        segments.force();
        segments.noteCommitted();
        committedOffset = written.getLast().lastOffset() + 1;
        for (CommittedBatch batch : written) listener().committed(batch);
        written.clear();
        segments.forceNote(clock.millis());
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            failed = true;
            tasks.clear();
        } finally {
            lock.unlock();
        }
        LOG.error("The metadata log in {} has failed and takes no more changes", directory, cause);
        listener().failed(cause);
    }

    private Listener listener() {
        Listener found = listener;
        if (found == null) throw new IllegalStateException("bug: the log was not started");
        return found;
    }

    @Override
    public QuorumLeader leadership() {
        return leadership;
    }

    @Override
    public long endOffset() {
        lock.lock();
        try {
            return endOffset;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long committedOffset() {
        return committedOffset;
    }

    @Override
    public Optional<SnapshotId> latestSnapshot() {
        return latestSnapshot;
    }

    @Override
    public boolean writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException {
        Check.that(id.endOffset() <= committedOffset, "snapshot of %d, committed %d", id.endOffset(), committedOffset);
        if (!writingSnapshot.compareAndSet(false, true)) return false;
        try {
            if (latestSnapshot.isPresent() && latestSnapshot.get().compareTo(id) >= 0) return false;
            directory.writeSnapshot(id, timestampMillis, version, batches);
            latestSnapshot = Optional.of(id);
        } finally {
            writingSnapshot.set(false);
        }
        lock.lock();
        try {
            if (!closing && !failed) {
                tasks.add(new Task.DeleteOldFiles());
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        return true;
    }

    @Override
    public List<Voter> voters() {
        return List.of(new Voter(nodeId, Uuid.ZERO, List.of()));
    }

    /// A node alone is elected again at once.
    @Override
    public void resign(int epoch) {
        lock.lock();
        try {
            if (closing || failed || leadership.epoch() != epoch || !leadership.isLedBy(nodeId)) return;
            leadership = new QuorumLeader(QuorumLeader.NOBODY, epoch);
            // the control record takes the next offset, and nothing is appended before it is written
            endOffset++;
            tasks.add(new Task.BeginEpoch(epoch + 1));
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        Thread running;
        lock.lock();
        try {
            closing = true;
            work.signal();
            running = thread;
        } finally {
            lock.unlock();
        }
        // What was accepted is written first, and takes as long as the disk takes.
        if (running != null) Joining.join(running);
        segments.close();
    }
}
