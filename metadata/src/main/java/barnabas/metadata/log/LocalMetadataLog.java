package barnabas.metadata.log;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.DiskError;
import barnabas.base.Failure;
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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
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
/// A full disk, or a lack of descriptors or memory, is no such error: the batch is cut off again, it and all that were
/// accepted behind it are dropped ([MetadataLog.Listener#dropped]), and later ones are tried as if nothing had been.
///
/// ```
/// __cluster_metadata-0/
///   00000000000000000000.log                     segments: record batches, see MetadataFrames
///   00000000000000004711-0000000003.checkpoint   snapshots: the newest two
///   leader-epoch-checkpoint                      where each epoch began
///   partition.metadata                           the topic id
///   barnabas-committed-end                       below which nothing may be missing, see CommittedEnd
///   barnabas-reserve                             space for a full disk, see MetadataReserve
///   00000000000000000000.log.cut-4711            what a start has cut off, see CutBytes
/// ```
public final class LocalMetadataLog implements MetadataLog {
    public static final String DIRECTORY_NAME = "__cluster_metadata-0";
    /// As much as one batch of Kafka's Raft log.
    public static final int BATCH_BYTES_MAX = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);
    private static final int WAITING_BYTES_MAX = 4 * BATCH_BYTES_MAX;
    /// Between two looks whether there is space for the reserve.
    private static final Duration REFILL_INTERVAL = Duration.ofSeconds(5);

    /// The work of the thread, in order.
    private sealed interface Task {
        void perform(LocalMetadataLog log, Group group) throws IOException;

        record Write(ByteBuffer bytes, CommittedBatch batch) implements Task {
            @Override
            public void perform(LocalMetadataLog log, Group group) throws IOException {
                if (group.dropping) return;
                try {
                    log.append(bytes, log.reserve.floorOf(batch.records()));
                    group.written.add(batch);
                } catch (DiskShortage shortage) {
                    log.commit(group.written);
                    group.dropping = true;
                    log.drop(shortage);
                }
            }
        }

        record BeginEpoch(int epoch) implements Task {
            @Override
            public void perform(LocalMetadataLog log, Group group) throws IOException {
                log.commit(group.written);
                log.listener().leaderChanged(new QuorumLeader(QuorumLeader.NOBODY, epoch - 1));
                log.beginEpoch(epoch);
            }
        }

        record DeleteOldFiles() implements Task {
            @Override
            public void perform(LocalMetadataLog log, Group group) throws IOException {
                log.deleteOldFiles();
            }
        }
    }

    /// Batches that share one force.
    private static final class Group {
        /// Written and not yet forced.
        private final List<CommittedBatch> written = new ArrayList<>();
        /// One found no space: those behind it are refused with it.
        private boolean dropping;
    }

    private final int nodeId;
    private final MetadataDirectory directory;
    private final Clock clock;
    private final Threads threads;
    private final MetadataSegments segments;
    private final MetadataReserve reserve;
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
    /// The last batch was dropped. Only the log's thread uses it.
    private boolean isShort;
    /// Set by [#start]; only the starting thread and then the log's thread use it.
    private @Nullable Listener listener;

    /// As [#open(Path, int, int, Disk, Clock, Threads)] with Kafka's segments of 1 GiB.
    public static LocalMetadataLog open(Path parent, int nodeId, Disk disk, Clock clock, Threads threads) {
        return open(parent, nodeId, 1 << 30, disk, clock, threads);
    }

    /// Nothing is read or written before [#start], which refuses a [log of other voters][SeveralVotersException].
    ///
    /// @param parent the log directory (`metadata.log.dir`) in which [#DIRECTORY_NAME] is or will be
    /// @param segmentBytes `metadata.log.segment.bytes`
    public static LocalMetadataLog open(
            Path parent, int nodeId, int segmentBytes, Disk disk, Clock clock, Threads threads) {
        return new LocalMetadataLog(nodeId, parent, segmentBytes, MetadataReserve.BYTES, disk, clock, threads);
    }

    LocalMetadataLog(
            int nodeId, Path parent, int segmentBytes, int reserveBytes, Disk disk, Clock clock, Threads threads) {
        this.nodeId = nodeId;
        Path path = parent.resolve(DIRECTORY_NAME);
        this.directory = new MetadataDirectory(disk, path);
        this.clock = clock;
        this.threads = threads;
        this.segments = new MetadataSegments(disk, path, segmentBytes);
        this.reserve = new MetadataReserve(disk, path, reserveBytes);
    }

    @Override
    public void start(Listener newListener) throws IOException {
        Check.that(listener == null, "a log is started once");
        listener = newListener;
        try {
            KnownVoters voters = directory.formatted();
            directory.prepare();
            reserve.open();
            directory.newest().ifPresent(newest -> {
                voters.takeSnapshot(newest);
                latestSnapshot = Optional.of(newest.snapshot().id());
                newListener.snapshotLoaded(newest.snapshot());
            });
            long snapshotEnd = latestSnapshot.map(SnapshotId::endOffset).orElse(0L);
            int snapshotEpoch = latestSnapshot.map(SnapshotId::epoch).orElse(0);
            var epochStarts = new TreeMap<Integer, Long>();
            segments.recover(snapshotEnd, snapshotEpoch, (batch, _) -> {
                epochStarts.putIfAbsent(batch.leaderEpoch(), batch.baseOffset());
                voters.take(batch);
                if (!batch.isControl()) newListener.committed(committed(batch));
            });
            if (!voters.others(nodeId).isEmpty()) throw new SeveralVotersException(directory, voters);
            segments.commitRecovered();
            segments.deleteBefore(directory.deleteOldSnapshots());
            int epoch = Math.max(segments.lastEpoch(), snapshotEpoch) + 1;
            epochStarts.put(epoch, segments.endOffset());
            writeEpochs(epochStarts);
            beginEpoch(epoch);
        } catch (IOException | RuntimeException | Error e) {
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

    private void writeEpochs(SortedMap<Integer, Long> starts) throws IOException {
        while (true) {
            try {
                directory.writeEpochs(starts);
                return;
            } catch (IOException e) {
                boolean again = DiskError.of(e).isFull() && reserve.release(reserve.floorOfStart());
                if (!again) throw e;
            }
        }
    }

    /// Uses the reserve down to `floor` bytes when the disk is full.
    private void append(ByteBuffer bytes, long floor) throws IOException {
        while (true) {
            try {
                segments.append(bytes);
                return;
            } catch (DiskShortage shortage) {
                boolean again = DiskError.of(shortage).isFull() && reserve.release(floor);
                if (!again) throw shortage;
            }
        }
    }

    /// On the thread that owns the segments.
    private void beginEpoch(int epoch) throws IOException {
        ByteBuffer bytes = ControlRecord.leaderChange(nodeId, List.of(nodeId), List.of(nodeId), clock.millis());
        var batch = RecordBatch.at(bytes, 0);
        batch.rewriteBaseOffset(segments.endOffset());
        batch.rewriteLeaderEpoch(epoch);
        append(bytes, reserve.floorOfStart());
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
        Check.that(!records.isEmpty(), "the batch is empty");
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
            do {
                reserve.refill();
            } while (performNext());
        } catch (Throwable e) {
            fail(e);
            Failure.rethrowIfFatal(e);
        }
    }

    /// @return false when the log closes and nothing is left to do
    private boolean performNext() throws IOException {
        List<Task> taken;
        lock.lock();
        try {
            long refillNanos = clock.nanos() + REFILL_INTERVAL.toNanos();
            while (tasks.isEmpty() && !closing) {
                if (!reserve.isShort()) work.awaitUninterruptibly();
                else if (clock.nanos() - refillNanos >= 0) return true;
                else clock.awaitUntil(lock, work, refillNanos);
            }
            taken = List.copyOf(tasks);
            tasks.clear();
            waitingBytes = 0;
            if (taken.isEmpty()) return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the thread of the metadata log was interrupted", e);
        } finally {
            lock.unlock();
        }
        perform(taken);
        return true;
    }

    private void perform(List<Task> taken) throws IOException {
        var group = new Group();
        for (Task task : taken) task.perform(this, group);
        commit(group.written);
    }

    private void deleteOldFiles() throws IOException {
        segments.rollSoon();
        try {
            segments.deleteBefore(directory.deleteOldSnapshots());
        } catch (IOException e) {
            if (DiskError.of(e).isFailure()) throw e;
            LOG.warn("Cannot delete old files of the metadata log in {} yet: {}", directory, e.getMessage());
        }
    }

    /// Forgets everything that was accepted and not committed.
    private void drop(DiskShortage shortage) {
        if (!isShort) {
            LOG.warn("The metadata log in {} refuses changes for now: {}", directory, shortage.getMessage());
            isShort = true;
        }
        QuorumLeader leader;
        lock.lock();
        try {
            leader = leadership;
            leadership = new QuorumLeader(QuorumLeader.NOBODY, leader.epoch());
            tasks.removeIf(Task.Write.class::isInstance);
            waitingBytes = 0;
            // a leader that resigned has taken an offset for the next epoch
            endOffset = segments.endOffset() + (leader.isLedBy(nodeId) ? 0 : 1);
        } finally {
            lock.unlock();
        }
        listener().dropped(shortage, () -> goOn(leader));
    }

    private void goOn(QuorumLeader leader) {
        lock.lock();
        try {
            if (leadership.epoch() == leader.epoch()) leadership = leader;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<CommittedBatch> written) throws IOException {
        if (written.isEmpty()) return;
        segments.force();
        segments.noteCommitted();
        committedOffset = written.getLast().lastOffset() + 1;
        for (CommittedBatch batch : written) listener().committed(batch);
        if (isShort) LOG.info("The metadata log in {} takes changes again", directory);
        isShort = false;
        written.clear();
        segments.forceNote(clock.nanos());
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
        return Objects.requireNonNull(listener, "bug: the log was not started");
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
