package barnabas.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/// One partition on disk.
///
/// Owner: appends, truncation, rolling and retention happen under one lock per partition, whichever thread
/// calls. Reads
/// take no
/// lock: they look at an immutable list of segments and at the end of the log as it was last published. The high
/// watermark belongs to the
/// caller, who passes it as a bound.
public class PartitionLog {
    private PartitionLog() {}

    public TopicPartition partition() {
        throw new UnsupportedOperationException();
    }

    /// Empty for a log that predates topic ids.
    public Optional<UUID> topicId() {
        throw new UnsupportedOperationException();
    }

    public Path directory() {
        throw new UnsupportedOperationException();
    }

    public LogConfig config() {
        throw new UnsupportedOperationException();
    }

    /// Takes effect with the next append.
    public void reconfigure(LogConfig config) {
        throw new UnsupportedOperationException();
    }

    /// Appends the batches between the buffer's position and limit with one write. Offsets, leader epoch and (with
    /// LogAppendTime)
    /// timestamps are set in the buffer itself, so the caller must own its bytes. The position does not move.
    public AppendResult append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        throw new UnsupportedOperationException();
    }

    /// Reads from the batch that holds `offset`, up to `maxBytes` and only records below `upperBoundOffset`
    /// (the high
    /// watermark, the last
    /// stable offset or [#logEndOffset]).
    ///
    /// @param minOneBatch return the first batch whole even if it is larger than `maxBytes`
    public ReadResult read(long offset, int maxBytes, boolean minOneBatch, long upperBoundOffset) {
        throw new UnsupportedOperationException();
    }

    public long logStartOffset() {
        throw new UnsupportedOperationException();
    }

    /// The offset that the next record gets.
    public long logEndOffset() {
        throw new UnsupportedOperationException();
    }

    /// Everything below is known to be on stable storage.
    public long recoveryPoint() {
        throw new UnsupportedOperationException();
    }

    public long sizeBytes() {
        throw new UnsupportedOperationException();
    }

    public int segmentCount() {
        throw new UnsupportedOperationException();
    }

    /// Remembers that `epoch` starts at the end of the log (on becoming leader).
    public void startLeaderEpoch(int epoch) {
        throw new UnsupportedOperationException();
    }

    public OptionalInt latestLeaderEpoch() {
        throw new UnsupportedOperationException();
    }

    public OptionalInt leaderEpochAt(long offset) {
        throw new UnsupportedOperationException();
    }

    public EpochEndOffset endOffsetOf(int leaderEpoch) {
        throw new UnsupportedOperationException();
    }

    /// The first record at or after the time that lies below `upperBoundOffset`.
    public Optional<TimestampedOffset> firstOffsetAtOrAfter(long timestampMillis, long upperBoundOffset)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The first record with the largest timestamp.
    public Optional<TimestampedOffset> maxTimestamp() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The first offset of the oldest transaction that is open or whose end is not below the high watermark;
    /// the high
    /// watermark when
    /// there is none.
    public long lastStableOffset(long highWatermark) {
        throw new UnsupportedOperationException();
    }

    /// Aborted transactions with records between the offsets, in the order of their ends.
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// True when the producer has an open transaction on this partition.
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        throw new UnsupportedOperationException();
    }

    public List<ActiveProducer> activeProducers() {
        throw new UnsupportedOperationException();
    }

    /// Forgets producers that have been silent for longer than the expiry.
    public void expireProducers(long nowMillis) {
        throw new UnsupportedOperationException();
    }

    /// Removes everything at and after `offset`.
    public void truncateTo(long offset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Removes everything and continues at `offset`.
    public void truncateFullyAndStartAt(long offset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Makes everything below `offset` invisible (DeleteRecords, a leader's log start offset); whole segments
    /// below it
    /// go away
    /// with the next [#applyRetention].
    ///
    /// @return false when `offset` is not above the present start
    public boolean advanceLogStartOffset(long offset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Deletes whole closed segments below the high watermark that are too old, too much, or below the log start
    /// offset.
    ///
    /// @return how many
    public int applyRetention(long nowMillis, long highWatermark) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Closes the active segment if it has reached its age, so that retention and compaction can take it.
    public void rollIfDue(long nowMillis) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Forces everything written so far to stable storage and moves the recovery point.
    public void flush() throws IOException {
        throw new UnsupportedOperationException();
    }
}
