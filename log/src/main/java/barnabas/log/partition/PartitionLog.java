package barnabas.log.partition;

import barnabas.log.AbortedTransaction;
import barnabas.log.ActiveProducer;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogConfig;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.TimestampedOffset;
import barnabas.log.TopicPartition;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.log.batches.UnpackedLimits;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.file.DamagedSegment;
import barnabas.log.producers.DamagedBatch;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segment;
import barnabas.log.segment.TimeLookup;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One partition on disk.
///
/// Owner: appends, truncation, rolling and retention happen under one lock per partition, whichever thread calls. The
/// lock is held across the one write of an append: the order of the offsets is the order of the bytes. Reads take no
/// lock: they look at an immutable list of segments and at the end of the log as it was last published. The high
/// watermark belongs to the caller, who passes it as a bound.
public final class PartitionLog {
    private static final int READ_ATTEMPTS = 3;

    private final LogState state;
    private final LogDurability durability;
    private final LogAppend append;
    private final LogRoll roll;
    private final LogFlush flush;
    private final LogTruncation truncation;
    private final LogRetention retention;
    private final ReadFailures readFailures = new ReadFailures();

    public PartitionLog(LogPlace place, LogConfig config, LoadedLog loaded) {
        state = new LogState(place, config, loaded);
        flush = new LogFlush(state);
        roll = new LogRoll(state, flush);
        durability = new LogDurability(state, flush);
        append = new LogAppend(state, roll, flush, durability);
        truncation = new LogTruncation(state, durability);
        retention = new LogRetention(state, roll, flush);
    }

    public TopicPartition partition() {
        return state.place().partition();
    }

    /// Empty for a log that predates topic ids.
    public Optional<Uuid> topicId() {
        return state.place().topicId();
    }

    public Path directory() {
        return state.place().directory();
    }

    public LogConfig config() {
        return state.config();
    }

    /// Takes effect with the next append.
    public void reconfigure(LogConfig changed) {
        try {
            if (changed.flush().journaled()) state.place().journal().opened();
        } catch (IOException failed) {
            // the next append meets it again, and answers
            state.place().health().report(failed);
        }
        state.reconfigure(changed);
    }

    /// Appends the batches between the buffer's position and limit with one write. Offsets, leader epoch and (with
    /// LogAppendTime) timestamps are set in the buffer itself, so the caller must own its bytes. The position does
    /// not move.
    ///
    /// @param leaderEpoch the epoch in which this broker leads or follows
    public AppendResult append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        return append.append(batches, origin, leaderEpoch);
    }

    /// To be called before a transaction coordinator is asked whether the transaction of `batch` may begin here.
    /// Empty when it has begun: no coordinator needs to be asked.
    public Optional<Verification> startVerification(RecordBatch batch, boolean epochPerTransaction) {
        return startVerification(batch.producerId(), batch.producerEpoch(), batch.baseSequence(), epochPerTransaction);
    }

    /// The same for a batch without sequences, which a coordinator writes on a producer's behalf.
    public Optional<Verification> startVerification(long producerId, short producerEpoch, boolean epochPerTransaction) {
        return startVerification(producerId, producerEpoch, RecordBatch.NO_SEQUENCE, epochPerTransaction);
    }

    private Optional<Verification> startVerification(
            long producerId, short producerEpoch, int sequence, boolean epochPerTransaction) {
        state.lock.lock();
        try {
            if (state.producers().hasOpenTransaction(producerId, producerEpoch)) return Optional.empty();
            return Optional.of(state.verifications().begin(producerId, producerEpoch, sequence, epochPerTransaction));
        } finally {
            state.lock.unlock();
        }
    }

    /// Appends a transactional batch: to a transaction that is open here, or as the first of one that `verification`
    /// stands for.
    public AppendResult appendTransactional(
            ByteBuffer batches, AppendOrigin origin, int leaderEpoch, Verification verification) {
        return append.appendTransactional(batches, origin, leaderEpoch, verification);
    }

    /// Appends the control batch that ends a transaction on this partition.
    public AppendResult endTransaction(TransactionMarker marker, int leaderEpoch) {
        return append.endTransaction(marker, leaderEpoch);
    }

    /// Reads from the batch that holds `offset`, up to `maxBytes` and only records below `upperBoundOffset` (the high
    /// watermark, the last stable offset or [#logEndOffset]). The slice may end inside a batch.
    ///
    /// @param minOneBatch return the first batch whole even if it is larger than `maxBytes`; otherwise nothing is
    ///     returned then
    public ReadResult read(long offset, int maxBytes, boolean minOneBatch, long upperBoundOffset) {
        for (int attempt = 1; ; attempt++) {
            try {
                return state.view().read(offset, maxBytes, minOneBatch, upperBoundOffset);
            } catch (NoSuchFileException | ClosedChannelException overtaken) {
                // the segment went away, or another thread was interrupted on the same channel: look again
                if (attempt == READ_ATTEMPTS) return new ReadResult.StorageFailed(overtaken);
            } catch (DamagedSegment damaged) {
                readFailed(damaged);
                return new ReadResult.Damaged(damaged);
            } catch (IOException failed) {
                readFailed(failed);
                return new ReadResult.StorageFailed(failed);
            }
        }
    }

    /// Logs once that bytes of a slice of this log cannot be read.
    public void readFailed(IOException failure) {
        var _ = readFailures.report(partition(), failure);
    }

    ReadFailures readFailures() {
        return readFailures;
    }

    /// True when [#read] at this offset can be called on a thread that may not wait for a disk, for example an
    /// event loop.
    public boolean isRecent(long offset, long upperBoundOffset) {
        return state.view().isRecent(offset, upperBoundOffset);
    }

    public long logStartOffset() {
        return state.logStartOffset();
    }

    /// The offset that the next record gets.
    public long logEndOffset() {
        return state.endOffset();
    }

    /// End of the records that may be acknowledged and shown: with `barnabas.durability=journal` of those that a power
    /// cut cannot take back, else of the log.
    public long durableEndOffset() {
        return durability.end();
    }

    /// Runs `changed` whenever [#durableEndOffset] has grown without an append, or will not grow any more because the
    /// disk failed: on the journal's thread, for a note only. One listener.
    public void onDurable(Runnable changed) {
        durability.listen(changed);
    }

    /// True when producers bring more than the journal's disk can take: their next requests should wait.
    public boolean isCrowded() {
        var journal = state.place().journal().current();
        return journal != null && state.config().flush().journaled() && journal.isCrowded();
    }

    /// The failure of the disk that took the log's directory out of service.
    public Optional<IOException> failure() {
        return state.place().health().failure();
    }

    /// Everything below is known to be on stable storage in the log's own files.
    public long recoveryPoint() {
        return state.recoveryPoint();
    }

    public long sizeBytes() {
        return state.segments().sizeBytes();
    }

    public List<Long> segmentBaseOffsets() {
        return state.segments().list().stream().map(Segment::baseOffset).toList();
    }

    public long firstSegmentOffset() {
        return state.segments().first().baseOffset();
    }

    public boolean isFirstSegmentEmpty() {
        return state.segments().first().sizeBytes() == 0;
    }

    public int segmentCount() {
        return state.segments().count();
    }

    /// Enters the epoch as leader: it starts at the end of the log, unless it has begun there before. Appends and
    /// truncations of earlier epochs are refused from now on. A stale epoch changes nothing. In the
    /// log of a mirror no epoch of this cluster begins: its batches carry those of another one.
    public void startLeaderEpoch(int epoch) {
        state.lock.lock();
        try {
            if (!state.enterEpoch(epoch)) return;
            if (config().mirrored()) state.epochs().cutAfter(state.endOffset());
            else state.epochs().start(epoch, state.endOffset());
        } finally {
            state.lock.unlock();
        }
    }

    /// Enters the epoch as follower, or as a replica that leaves: the log takes nothing more of earlier epochs.
    public void enterLeaderEpoch(int epoch) {
        state.lock.lock();
        try {
            state.enterEpoch(epoch);
        } finally {
            state.lock.unlock();
        }
    }

    public OptionalInt latestLeaderEpoch() {
        return state.epochs().latest();
    }

    public OptionalInt leaderEpochAt(long offset) {
        return state.epochs().at(offset);
    }

    public EpochEndOffset endOffsetOf(int leaderEpoch) {
        return state.epochs().endOffsetOf(leaderEpoch, state.endOffset());
    }

    /// The first record at or after the time that lies below `upperBoundOffset`.
    public Optional<TimestampedOffset> firstOffsetAtOrAfter(long timestampMillis, long upperBoundOffset)
            throws IOException {
        return new TimeLookup(state.segments(), state.logStartOffset(), UnpackedLimits.SEARCH_BYTES_MAX)
                .firstAtOrAfter(timestampMillis, upperBoundOffset);
    }

    /// The first record with the largest timestamp.
    public Optional<TimestampedOffset> maxTimestamp() throws IOException {
        return new TimeLookup(state.segments(), state.logStartOffset(), UnpackedLimits.SEARCH_BYTES_MAX).largest();
    }

    /// The first offset of the oldest transaction that is open or whose end is not below the high watermark; the high
    /// watermark when there is none.
    public long lastStableOffset(long highWatermark) {
        long stable = state.transactions().lastStableOffset(highWatermark);
        // a transaction may have begun before what is visible now
        return stable == highWatermark ? stable : Math.min(highWatermark, Math.max(stable, state.logStartOffset()));
    }

    /// Aborted transactions with records between the offsets, in the order of their ends.
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) throws IOException {
        return state.view().aborted(fromOffset, toOffset);
    }

    /// Aborted transactions with records in the slice.
    public List<AbortedTransaction> abortedTransactions(LogSlice slice) throws IOException {
        if (slice.isEmpty()) return List.of();
        var view = state.view();
        return view.aborted(slice.offset(), view.endOffsetOf(slice));
    }

    /// True when the producer has an open transaction on this partition.
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        state.lock.lock();
        try {
            return state.producers().hasOpenTransaction(producerId, producerEpoch);
        } finally {
            state.lock.unlock();
        }
    }

    /// The batch that makes what is known of producers doubtful: see [Producers#damaged].
    public Optional<DamagedBatch> damagedBatch() {
        state.lock.lock();
        try {
            return state.producers().damaged();
        } finally {
            state.lock.unlock();
        }
    }

    public List<ActiveProducer> activeProducers() {
        state.lock.lock();
        try {
            return state.producers().active();
        } finally {
            state.lock.unlock();
        }
    }

    /// Forgets producers that have been silent for longer than the expiry.
    public void expireProducers(long nowMillis) {
        state.lock.lock();
        try {
            state.producers()
                    .expire(nowMillis - state.place().environment().producers().expirationMillis());
        } finally {
            state.lock.unlock();
        }
    }

    /// Removes everything at and after `offset`; a batch that holds it goes as a whole.
    ///
    /// @param leaderEpoch the epoch in which this broker follows
    /// @return false when the epoch is stale: nothing was removed
    public boolean truncateTo(long offset, int leaderEpoch) throws IOException {
        return truncation.truncateTo(offset, leaderEpoch);
    }

    /// Removes everything and continues at `offset`.
    ///
    /// @param leaderEpoch the epoch in which this broker follows
    /// @return false when the epoch is stale: nothing was removed
    public boolean truncateFullyAndStartAt(long offset, int leaderEpoch) throws IOException {
        return truncation.truncateFullyAndStartAt(offset, leaderEpoch);
    }

    /// Truncates a log that is no replica yet.
    public void truncateTo(long offset) throws IOException {
        truncation.truncateTo(offset, LogState.ANY_EPOCH);
    }

    /// Empties a log that is no replica yet.
    public void truncateFullyAndStartAt(long offset) throws IOException {
        truncation.truncateFullyAndStartAt(offset, LogState.ANY_EPOCH);
    }

    /// Makes everything below `offset` invisible (DeleteRecords, a leader's log start offset); whole segments below
    /// it go away with the next [#applyRetention].
    ///
    /// @return false when `offset` is not above the present start, or beyond the end
    public boolean advanceLogStartOffset(long offset) {
        return retention.advanceLogStartOffset(offset);
    }

    /// Deletes whole closed segments below the high watermark that are too old, too much, or below the log start
    /// offset.
    ///
    /// @return how many
    public int applyRetention(long nowMillis, long highWatermark) throws IOException {
        return retention.applyRetention(nowMillis, highWatermark);
    }

    /// Everything below is committed and of transactions that have ended, whether it is visible or not.
    public long decidedUpTo(long highWatermark) {
        return state.transactions().lastStableOffset(highWatermark);
    }

    /// Work that a compaction would have now.
    ///
    /// @param decidedUpTo see [#decidedUpTo]
    public CompactionPlan planCompaction(long cleanedUpTo, long decidedUpTo, long nowMillis) throws IOException {
        return CompactionPlan.of(state, cleanedUpTo, decidedUpTo, nowMillis);
    }

    /// Compacts as planned, on the calling thread, which may take long.
    public CompactionResult compact(CompactionPlan plan, CompactionEnvironment means, long nowMillis)
            throws IOException {
        return new LogCompaction(state, flush, means, plan, nowMillis).run();
    }

    /// Removes deleted segments whose delay has passed.
    public void removeDeletedFiles(long nowNanos) throws IOException {
        retention.removeDeletedFiles(nowNanos);
    }

    /// Closes the active segment if it has reached its age, so that retention and compaction can take it.
    public void rollIfDue(long nowMillis) throws IOException {
        roll.rollIfDue(nowMillis);
    }

    /// Forces everything written so far to stable storage and moves the recovery point.
    public void flush() throws IOException {
        flush.flush();
        durability.flushed();
    }

    /// Flushes, writes what makes the next start fast, and closes the files. Later appends find a closed log.
    public void close() throws IOException {
        abandon();
        new LogClosing(state, flush, durability).run();
    }

    /// State that the next opening may rely on, once this log is closed.
    public Optional<ClosedLog> closedState() throws IOException {
        return ClosedLog.of(state);
    }

    public boolean isClosed() {
        return state.isClosed();
    }

    /// Stops without another write: the directory failed or the partition is deleted.
    void abandon() {
        state.lock.lock();
        try {
            state.close();
        } finally {
            state.lock.unlock();
        }
    }

    /// Stops because the partition goes away: nothing of it needs to get to disk any more, and nothing keeps its files
    /// open but readers.
    public void delete() {
        state.delete();
        // a truncation under way must not miss files that go away
        state.replacing.lock();
        try {
            abandon();
        } finally {
            state.replacing.unlock();
        }
        state.snapshots().abandon();
        for (var segment : state.segments().list()) segment.keepFilesOpenNoLonger();
        state.retired().keepOpenNoLonger();
    }

    public boolean isDeleted() {
        return state.isDeleted();
    }

    /// Runs work that may wait for the disk and that no append may come between. Event loops hand their appends on
    /// meanwhile, other threads wait.
    public boolean exclusively(Exclusive work) throws IOException {
        return new LogHandover(state, retention).exclusively(work);
    }

    /// This log is a complete copy of `before`, which takes no more appends from now on. Inside [#exclusively] of
    /// `before`.
    public void takeOver(PartitionLog before) {
        new LogHandover(state, retention).takeOver(before.state);
    }

    public void releaseFiles() {
        for (var segment : state.segments().list()) segment.closeFiles();
    }

    /// The directory of this log was renamed; open handles stay good.
    public void moved(Path directory) {
        state.place().renamed(directory);
        for (var segment : state.segments().list()) segment.moved(directory);
    }
}
