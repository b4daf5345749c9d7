package barnabas.quorum;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataBatches;
import barnabas.metadata.log.MetadataDirectory;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataSegments;
import barnabas.metadata.log.MetadataSegments.Place;
import barnabas.metadata.log.SnapshotId;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Message;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogAppendInfo;
import org.apache.kafka.raft.LogFetchInfo;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.NotifyingRawSnapshotWriter;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// The Raft engine's log on the segments of [LocalMetadataLog]: the same directory, the same files, so that a
/// node alone becomes one of three by a restart. One `fdatasync` a commit.
/// Records before the newest snapshot are not offered after a start: a follower that needs them gets the snapshot.
///
/// Owner: `lock`. The Raft thread does all but making snapshots.
final class RaftSegmentLog implements RaftLog {
    /// Kept so that a damaged snapshot has one before it.
    private static final int SNAPSHOTS_KEPT = 2;

    private static final int READ_BYTES_MAX = 64 << 20;

    private record Entry(long baseOffset, long lastOffset, int epoch, Place place, int bytes) {}

    private final Clock clock;
    private final LogSpace space;
    private final MetadataDirectory directory;
    private final MetadataSegments segments;
    private final RaftSnapshots snapshots;

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock
    private final List<Entry> entries = new ArrayList<>();
    /// First offset of each epoch, as far as it is known here.
    private final TreeMap<Integer, Long> epochStarts = new TreeMap<>();
    private boolean epochsUnwritten;
    private long startOffset;
    private long highWatermark;

    /// @param parent the log directory in which [LocalMetadataLog#DIRECTORY_NAME] is or will be
    /// @throws IOException when it cannot be read, or has lost what was committed
    RaftSegmentLog(Path parent, int segmentBytes, LogSpace space, Disk disk, Clock clock) throws IOException {
        this.clock = clock;
        this.space = space;
        Path path = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        directory = new MetadataDirectory(disk, path);
        segments = new MetadataSegments(disk, path, segmentBytes);
        directory.prepare();
        Optional<SnapshotId> newest = directory.newestSnapshot().map(MetadataLog.Snapshot::id);
        snapshots = new RaftSnapshots(disk, path, newest);
        startOffset = newest.map(SnapshotId::endOffset).orElse(0L);
        newest.ifPresent(id -> epochStarts.put(id.epoch(), id.endOffset()));
        segments.recover(startOffset, newest.map(SnapshotId::epoch).orElse(0), this::index);
        highWatermark = Math.max(startOffset, Math.min(segments.committedOffset(), segments.endOffset()));
    }

    private void index(RecordBatch batch, Place place) {
        entries.add(new Entry(batch.baseOffset(), batch.lastOffset(), batch.leaderEpoch(), place, batch.sizeBytes()));
        epochStarts.putIfAbsent(batch.leaderEpoch(), batch.baseOffset());
    }

    /// Makes this node the first voter of a log that was its own alone. All of that is committed: it had no other
    /// voter.
    /// In the batch are the voters, or in a crash nothing is.
    void found(Voter first) {
        change(() -> {
            ByteBuffer bytes = KnownVoters.founding(first, clock.millis());
            var batch = RecordBatch.at(bytes, 0);
            batch.rewriteBaseOffset(segments.endOffset());
            batch.rewriteLeaderEpoch(Math.max(segments.lastEpoch(), snapshotEpoch()));
            index(batch, segments.append(bytes));
            segments.force();
            highWatermark = segments.endOffset();
            segments.noteCommitted(highWatermark);
        });
    }

    /// A look at what is in memory, by any thread, or a step that does not wait for space.
    private <T> T withLock(LogSpace.Step<T> step) {
        lock.lock();
        try {
            return step.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /// A step of the Raft thread under the lock, which is free while the step waits for space. It may be taken again
    /// after a shortage, and another I/O error ends the engine, which knows no checked one.
    private <T> T onDisk(LogSpace.Step<T> step) {
        try {
            return space.await(() -> {
                lock.lock();
                try {
                    return step.take();
                } finally {
                    lock.unlock();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void change(LogSpace.Change change) {
        boolean _ = onDisk(change.asStep());
    }

    private void writeEpochs() {
        change(() -> {
            if (epochsUnwritten) directory.writeEpochs(epochStarts);
            epochsUnwritten = false;
        });
    }

    // ---- appending

    @Override
    public LogAppendInfo appendAsLeader(Records records, int epoch) {
        return append(records, epoch);
    }

    /// Takes whole batches up to the first that is cut off, damaged, or of a later epoch than the leader is known for.
    @Override
    public LogAppendInfo appendAsFollower(Records records, int epoch) {
        return append(records, epoch);
    }

    private LogAppendInfo append(Records records, int epoch) {
        ByteBuffer bytes = copy((MemoryRecords) records);
        long first = endOffset().offset();
        long last = onDisk(() -> append(bytes, first, epoch));
        writeEpochs();
        return new LogAppendInfo(first, last);
    }

    /// Moves the position of `bytes` behind each batch that is in the log.
    ///
    /// @param first offset at which the first of `bytes` goes
    /// @return the last offset
    private long append(ByteBuffer bytes, long first, int epoch) throws IOException {
        while (bytes.remaining() >= RecordBatch.HEADER_BYTES) {
            var batch = RecordBatch.at(bytes, bytes.position());
            int size = batch.sizeBytes();
            if (size < RecordBatch.HEADER_BYTES || size > bytes.remaining()) break;
            if (batch.magic() != RecordBatch.MAGIC || !batch.crcMatches()) {
                if (segments.endOffset() > first) break;
                throw new CorruptRecordException("batch " + batch + " is damaged");
            }
            if (batch.leaderEpoch() > epoch) break;
            if (batch.baseOffset() != segments.endOffset()) {
                throw new IllegalArgumentException(batch + " does not follow offset " + segments.endOffset());
            }
            Place place = segments.append(bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
            epochsUnwritten |= epochStarts.isEmpty() || batch.leaderEpoch() > epochStarts.lastKey();
            index(batch, place);
        }
        return segments.endOffset() - 1;
    }

    /// The segments write a note of their own into each batch, and the engine still reads its buffer.
    private static ByteBuffer copy(MemoryRecords records) {
        ByteBuffer source = records.buffer();
        return ByteBuffer.allocate(source.remaining()).put(source).flip();
    }

    @Override
    public void flush(boolean forceActiveSegment) {
        change(() -> {
            segments.force();
        });
    }

    @Override
    public void initializeLeaderEpoch(int epoch) {
        change(() -> {
            if (!epochStarts.isEmpty() && epochStarts.lastKey() >= epoch) return;
            epochStarts.put(epoch, segments.endOffset());
            epochsUnwritten = true;
        });
        writeEpochs();
    }

    // ---- reading

    @Override
    public LogFetchInfo read(long offset, Isolation isolation, int bytesMax) {
        return onDisk(() -> {
            long end = isolation == Isolation.COMMITTED ? highWatermark : segments.endOffset();
            if (offset < startOffset || offset > segments.endOffset()) {
                throw new OffsetOutOfRangeException(
                        "offset " + offset + " of a metadata log from " + startOffset + " to " + segments.endOffset());
            }
            var none = new LogFetchInfo(MemoryRecords.EMPTY, new LogOffsetMetadata(offset));
            int index = find(offset);
            if (offset >= end || index == entries.size()) return none;
            Entry first = entries.get(index);
            long bytes = 0;
            for (int i = index; i < entries.size(); i++) {
                Entry next = entries.get(i);
                boolean fits = bytes == 0 || bytes + next.bytes <= Math.min(bytesMax, READ_BYTES_MAX);
                if (!fits || next.lastOffset >= end || next.place.base() != first.place.base()) break;
                bytes += next.bytes;
            }
            if (bytes == 0) return none;
            return new LogFetchInfo(
                    MemoryRecords.readableRecords(segments.read(first.place, (int) bytes)),
                    new LogOffsetMetadata(first.baseOffset));
        });
    }

    /// The index of the batch with `offset`, or of the first behind it; with the lock held.
    private int find(long offset) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).lastOffset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    @Override
    public int lastFetchedEpoch() {
        return withLock(() -> entries.isEmpty() ? snapshotEpoch() : entries.getLast().epoch);
    }

    /// The largest epoch that is not above `epoch`, and the offset behind its last record.
    @Override
    public OffsetAndEpoch endOffsetForEpoch(int epoch) {
        return withLock(() -> {
            var later = epochStarts.higherEntry(epoch);
            if (later == null) {
                boolean known = epochStarts.containsKey(epoch);
                return new OffsetAndEpoch(segments.endOffset(), known ? epoch : lastFetchedEpoch());
            }
            Integer floor = epochStarts.floorKey(epoch);
            return new OffsetAndEpoch(later.getValue(), floor == null ? epoch : floor);
        });
    }

    @Override
    public LogOffsetMetadata endOffset() {
        return withLock(() -> new LogOffsetMetadata(segments.endOffset()));
    }

    @Override
    public long startOffset() {
        return withLock(() -> startOffset);
    }

    @Override
    public LogOffsetMetadata highWatermark() {
        return withLock(() -> new LogOffsetMetadata(highWatermark));
    }

    @Override
    public void updateHighWatermark(LogOffsetMetadata offset) {
        change(() -> {
            highWatermark = Math.max(highWatermark, offset.offset());
            segments.noteCommitted(highWatermark);
            segments.forceNote(clock.nanos());
        });
    }

    /// Shows the records that are here, committed or not: those of the newest snapshot, then those of the log.
    ///
    /// @return the offset of the last one, -1 without any
    long visit(Consumer<Message> visitor) {
        return onDisk(() -> {
            long last = -1;
            Optional<MetadataLog.Snapshot> newest = directory.newestSnapshot();
            if (newest.isPresent()) {
                for (List<Message> each : newest.get().batches()) each.forEach(visitor);
                last = newest.get().id().endOffset() - 1;
            }
            for (Entry each : entries) {
                var batch = RecordBatch.at(segments.read(each.place, each.bytes), 0);
                if (batch.isControl() || each.lastOffset <= last) continue;
                MetadataBatches.decode(batch).forEach(visitor);
                last = each.lastOffset;
            }
            return last;
        });
    }

    // ---- cutting

    @Override
    public void truncateTo(long offset) {
        change(() -> {
            if (offset < highWatermark) {
                throw new IllegalArgumentException(
                        "the metadata log is committed up to " + highWatermark + " and cannot be cut at " + offset);
            }
            int index = find(offset);
            if (index == entries.size()) return;
            Entry first = entries.get(index);
            int epochBefore = index == 0 ? snapshotEpoch() : entries.get(index - 1).epoch;
            segments.truncateTo(first.place, first.baseOffset, epochBefore);
            entries.subList(index, entries.size()).clear();
            epochStarts.values().removeIf(start -> start >= first.baseOffset && start > startOffset);
            epochsUnwritten = true;
        });
        writeEpochs();
    }

    private int snapshotEpoch() {
        return snapshots.ids().isEmpty() ? 0 : snapshots.ids().last().epoch();
    }

    /// Begins the log at the newest snapshot when that is ahead of it: a follower that was too far behind.
    @Override
    public boolean truncateToLatestSnapshot() {
        boolean cut = onDisk(() -> {
            if (snapshots.ids().isEmpty()) return false;
            OffsetAndEpoch newest = snapshots.ids().last();
            boolean ahead = newest.epoch() > segments.lastEpoch()
                    || (newest.epoch() == segments.lastEpoch() && newest.offset() > segments.endOffset());
            if (!ahead) return false;
            segments.restartAt(newest.offset(), newest.epoch());
            entries.clear();
            epochStarts.clear();
            epochStarts.put(newest.epoch(), newest.offset());
            epochsUnwritten = true;
            startOffset = newest.offset();
            snapshots.deleteBefore(newest);
            highWatermark = Math.max(highWatermark, newest.offset());
            segments.noteCommitted(highWatermark);
            return true;
        });
        writeEpochs();
        return cut;
    }

    /// Deletes everything before a snapshot; false when there is nothing to do.
    @Override
    public boolean deleteBeforeSnapshot(OffsetAndEpoch id) {
        boolean deleted = onDisk(() -> {
            var ids = snapshots.ids();
            if (!ids.contains(id) || id.equals(ids.first()) || id.offset() < startOffset) return false;
            segments.deleteBefore(id.offset());
            snapshots.deleteBefore(id);
            startOffset = id.offset();
            entries.subList(0, find(startOffset)).clear();
            var floor = epochStarts.floorEntry(id.epoch());
            if (floor != null) {
                epochStarts.headMap(floor.getKey()).clear();
                epochStarts.put(floor.getKey(), Math.max(floor.getValue(), startOffset));
            }
            epochsUnwritten = true;
            return true;
        });
        writeEpochs();
        return deleted;
    }

    @Override
    public boolean maybeClean() {
        Optional<OffsetAndEpoch> oldest = withLock(() -> {
            var ids = new ArrayList<>(snapshots.ids());
            return ids.size() > SNAPSHOTS_KEPT ? Optional.of(ids.get(ids.size() - SNAPSHOTS_KEPT)) : Optional.empty();
        });
        return oldest.isPresent() && deleteBeforeSnapshot(oldest.get());
    }

    // ---- snapshots

    /// One of this node's own: without space it fails, and another one is made later.
    @Override
    public Optional<RawSnapshotWriter> createNewSnapshot(OffsetAndEpoch id) {
        return withLock(() -> {
            Check.that(id.offset() <= highWatermark, "snapshot of %d, committed %d", id.offset(), highWatermark);
            if (id.offset() < startOffset) return Optional.empty();
            if (validateOffsetAndEpoch(id.offset(), id.epoch()).kind() != ValidOffsetAndEpoch.Kind.VALID) {
                throw new IllegalArgumentException("no record of the metadata log ends at " + id);
            }
            return newSnapshot(id, LogSpace.Step::take);
        });
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshotUnchecked(OffsetAndEpoch id) {
        return onDisk(() -> newSnapshot(id, space::await));
    }

    private Optional<RawSnapshotWriter> newSnapshot(OffsetAndEpoch id, RaftSnapshots.Effort effort) throws IOException {
        return snapshots.ids().contains(id)
                ? Optional.empty()
                : Optional.of(new NotifyingRawSnapshotWriter(snapshots.writer(id, effort), this::onSnapshotFrozen));
    }

    @Override
    public void onSnapshotFrozen(OffsetAndEpoch id) {
        boolean _ = withLock(() -> {
            segments.rollSoon();
            return snapshots.ids().add(id);
        });
    }

    /// For the Raft thread, which waits where the snapshot cannot be read for a shortage.
    @Override
    public Optional<RawSnapshotReader> readSnapshot(OffsetAndEpoch id) {
        return withLock(() -> snapshots.reader(id, space::await));
    }

    @Override
    public Optional<RawSnapshotReader> latestSnapshot() {
        return withLock(() -> latestSnapshotId().flatMap(id -> snapshots.reader(id, space::await)));
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return withLock(() -> snapshots.ids().isEmpty()
                ? Optional.empty()
                : Optional.of(snapshots.ids().last()));
    }

    /// The first that the log follows without a gap: older ones are kept for a damaged one only.
    @Override
    public Optional<OffsetAndEpoch> earliestSnapshotId() {
        return withLock(() -> snapshots.ids().stream()
                .filter(id -> id.offset() >= startOffset)
                .findFirst());
    }

    @Override
    public TopicPartition topicPartition() {
        return Topic.CLUSTER_METADATA_TOPIC_PARTITION;
    }

    @Override
    public Uuid topicId() {
        return Uuid.METADATA_TOPIC_ID;
    }

    @Override
    public void close() {
        change(() -> {
            segments.close();
        });
    }
}
