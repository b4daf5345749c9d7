package barnabas.log;

import barnabas.base.Check;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// One partition on disk.
///
/// Owner: appends, truncation, rolling and retention happen under one lock per partition, whichever thread calls.
/// The lock is held across
/// the one write of an append: the order of the offsets is the order of the bytes. Reads take no lock: they look
/// at an
/// immutable list of segments and at the end of the log as it was last published. The high watermark belongs to
/// the caller, who passes it as
/// a bound.
public final class PartitionLog {
    /// A snapshot of the producers is worth its write when this much would have to be read without it after a
    /// crash.
    private static final long SNAPSHOT_INTERVAL_BYTES = 32 << 20;

    private static final int READ_ATTEMPTS = 3;

    private final LogPlace place;
    private final ReentrantLock lock = new ReentrantLock();
    /// One flush at a time; never taken while holding `lock`.
    private final ReentrantLock flushLock = new ReentrantLock();

    private final Producers producers;
    private final Verifications verifications;
    private final OpenTransactions transactions;
    private final ProducerSnapshots snapshots;
    private final LeaderEpochs epochs;
    private final RecentBatches recent = new RecentBatches();
    private final RetiredFiles retired = new RetiredFiles();

    private volatile LogConfig config;
    private volatile Segments segments;
    private volatile LogEnd end;
    private volatile long logStartOffset;
    private volatile long recoveryPoint;
    private volatile long warmFrom;
    private volatile boolean closed;
    /// Files were created whose names are not yet known to be on disk.
    private volatile boolean namesUnforced = true;

    private long rollJitterMillis;
    private long unflushedRecords;
    private long bytesSinceSnapshot;
    /// Counts truncations, so that a flush that ran beside one does not vouch for what was written afterwards.
    private long truncations;

    PartitionLog(LogPlace place, LogConfig config, LoadedLog loaded) {
        this.place = place;
        this.config = config;
        this.producers = loaded.producers();
        this.verifications = new Verifications(place.partition());
        this.transactions = loaded.transactions();
        this.snapshots = loaded.snapshots();
        this.epochs = loaded.epochs();
        this.segments = loaded.segments();
        var active = segments.active();
        this.end = new LogEnd(loaded.endOffset(), active.baseOffset(), active.sizeBytes());
        this.logStartOffset = loaded.startOffset();
        this.recoveryPoint = loaded.recoveryPoint();
        this.warmFrom = active.sizeBytes();
        chooseJitter();
    }

    public TopicPartition partition() {
        return place.partition();
    }

    /// Empty for a log that predates topic ids.
    public Optional<UUID> topicId() {
        return place.topicId();
    }

    public Path directory() {
        return place.directory();
    }

    public LogConfig config() {
        return config;
    }

    /// Takes effect with the next append.
    public void reconfigure(LogConfig changed) {
        config = changed;
    }

    /// Appends the batches between the buffer's position and limit with one write. Offsets, leader epoch and
    /// (with LogAppendTime)
    /// timestamps are set in the buffer itself, so the caller must own its bytes. The position does not move.
    ///
    /// @param leaderEpoch the epoch in which this broker leads or follows
    public AppendResult append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        var now = place.environment().clock().millis();
        var used = config;
        return switch (new AppendCheck(place.partition(), used, origin, now).check(batches)) {
            case AppendCheck.Verdict.Refused(var result) -> result;
            case AppendCheck.Verdict.Fit fit -> {
                var whole = batches.slice(batches.position(), fit.bytes());
                if (origin == AppendOrigin.REPLICATION) yield appendLocked(whole, origin, leaderEpoch, fit, used, now);
                yield switch (Recompression.apply(whole, used)) {
                    case Recompression.Outcome.Unreadable(var message) ->
                        new AppendResult.InvalidRecord(message + " in topic partition " + place.partition(), List.of());
                    case Recompression.Outcome.Ready(var bytes) -> {
                        setTimestamps(bytes, used, now);
                        yield appendLocked(bytes, origin, leaderEpoch, fit, used, now);
                    }
                };
            }
        };
    }

    /// To be called before a transaction coordinator is asked whether the transaction of `batch` may begin here. Empty
    /// when it has begun: nobody needs to be asked.
    public Optional<Verification> startVerification(RecordBatch batch, boolean epochPerTransaction) {
        lock.lock();
        try {
            if (producers.hasOpenTransaction(batch.producerId(), batch.producerEpoch())) return Optional.empty();
            return Optional.of(verifications.begin(batch, epochPerTransaction));
        } finally {
            lock.unlock();
        }
    }

    /// Appends a client's transactional batch: to a transaction that is open here, or as the first of one that
    /// `verification` stands for.
    public AppendResult appendTransactional(ByteBuffer batches, int leaderEpoch, Verification verification) {
        var batch = RecordBatch.at(batches, batches.position());
        lock.lock();
        try {
            boolean begins = !producers.hasOpenTransaction(batch.producerId(), batch.producerEpoch())
                    && producers.duplicateOf(batch).isEmpty();
            if (begins) {
                var refusal = verifications.refusal(batch, verification, producers.entry(batch.producerId()));
                if (refusal.isPresent()) return refusal.get();
            }
            var result = append(batches, AppendOrigin.CLIENT, leaderEpoch);
            if (begins && result instanceof AppendResult.Appended) verifications.begun(batch.producerId());
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// Appends the control batch that ends a transaction on this partition.
    public AppendResult endTransaction(TransactionMarker marker, int leaderEpoch) {
        long now = place.environment().clock().millis();
        var batch = ControlRecord.endTransaction(
                marker.commit(), marker.producerId(), marker.producerEpoch(), marker.coordinatorEpoch(), now);
        var fit = new AppendCheck.Verdict.Fit(batch.limit(), 1, 0, now);
        var used = config;
        setTimestamps(batch, used, now);
        lock.lock();
        try {
            var refusal = producers.refusal(marker, end.offset());
            if (refusal.isPresent()) return refusal.get();
            verifications.ended(marker);
            return appendUnderLock(batch, AppendOrigin.COORDINATOR, leaderEpoch, fit, used, now);
        } finally {
            lock.unlock();
        }
    }

    private static void setTimestamps(ByteBuffer batches, LogConfig used, long now) {
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            if (appendTime) batch.rewriteTimestamp(TimestampType.LOG_APPEND_TIME, now);
            else if (batch.timestampType() != TimestampType.CREATE_TIME)
                batch.rewriteTimestamp(TimestampType.CREATE_TIME, batch.maxTimestamp());
        }
    }

    private AppendResult appendLocked(
            ByteBuffer batches,
            AppendOrigin origin,
            int leaderEpoch,
            AppendCheck.Verdict.Fit fit,
            LogConfig used,
            long now) {
        lock.lock();
        try {
            return appendUnderLock(batches, origin, leaderEpoch, fit, used, now);
        } finally {
            lock.unlock();
        }
    }

    private AppendResult appendUnderLock(
            ByteBuffer batches,
            AppendOrigin origin,
            int leaderEpoch,
            AppendCheck.Verdict.Fit fit,
            LogConfig used,
            long now) {
        if (closed) return new AppendResult.Closed();
        var failure = place.health().failure();
        if (failure.isPresent()) return new AppendResult.StorageFailed(failure.get());
        if (batches.limit() > used.segments().bytes())
            return new AppendResult.LargerThanSegment("Message batch size is " + batches.limit()
                    + " bytes in append to partition " + place.partition()
                    + ", which exceeds the maximum configured segment size of "
                    + used.segments().bytes() + ".");
        long base = end.offset();
        var first = RecordBatch.at(batches, 0);
        long last = base + fit.lastOffsetDelta();
        switch (origin) {
            case CLIENT -> {
                if (first.hasProducerId()) {
                    var duplicate = producers.duplicateOf(first);
                    if (duplicate.isPresent()) return answerFor(duplicate.get(), used);
                    var refusal = producers.refusal(first, base);
                    if (refusal.isPresent()) return refusal.get();
                }
                assign(batches, base, leaderEpoch);
            }
            case COORDINATOR -> {
                var refusal = refusalOfOwn(batches, base);
                if (refusal.isPresent()) return refusal.get();
                assign(batches, base, leaderEpoch);
            }
            case REPLICATION -> {
                var refusal = refusalOfCopy(batches, base, leaderEpoch);
                if (refusal.isPresent()) return refusal.get();
                base = first.baseOffset();
                last = lastOffsetIn(batches);
            }
        }
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        try {
            rollIfFull(batches.limit(), first.baseOffset(), last, appendTime ? now : fit.maxTimestamp(), used, now);
            // the first write to a segment creates its file
            if (segments.active().sizeBytes() == 0) namesUnforced = true;
            segments.active().write(batches);
        } catch (IOException failed) {
            place.health().report(failed);
            return new AppendResult.StorageFailed(failed);
        }
        try {
            note(batches, used, now);
        } catch (IOException failed) {
            // the bytes are there but the log cannot say where: it must not go on
            place.health().reportLostWrites(failed);
            return new AppendResult.StorageFailed(failed);
        }
        end = new LogEnd(last + 1, end.segmentBaseOffset(), segments.active().sizeBytes());
        unflushedRecords += last - base + 1;
        bytesSinceSnapshot += batches.limit();
        if (unflushedRecords >= used.flush().messages()) {
            var flushed = flushNow();
            if (flushed.isPresent()) return new AppendResult.StorageFailed(flushed.get());
        }
        return new AppendResult.Appended(base, last, appendTime ? now : RecordBatch.NO_TIMESTAMP, logStartOffset);
    }

    private AppendResult answerFor(ProducerEntry.Batch known, LogConfig used) {
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        return new AppendResult.Duplicate(
                known.firstOffset(),
                known.lastOffset(),
                appendTime ? known.timestamp() : RecordBatch.NO_TIMESTAMP,
                logStartOffset);
    }

    private static void assign(ByteBuffer batches, long baseOffset, int leaderEpoch) {
        long offset = baseOffset;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            batch.rewriteBaseOffset(offset);
            batch.rewriteLeaderEpoch(leaderEpoch);
            offset = batch.nextOffset();
        }
    }

    private Optional<AppendResult> refusalOfOwn(ByteBuffer batches, long endOffset) {
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            if (batch.isControl() || !batch.hasProducerId()) continue;
            var refusal = producers.refusalOfEpoch(batch, endOffset);
            if (refusal.isPresent()) return refusal;
        }
        return Optional.empty();
    }

    private static Optional<AppendResult> refusalOfCopy(ByteBuffer batches, long endOffset, int leaderEpoch) {
        long expected = endOffset;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            if (batch.baseOffset() < expected)
                return Optional.of(new AppendResult.UnexpectedOffset(expected, batch.baseOffset()));
            if (batch.leaderEpoch() > leaderEpoch)
                return Optional.of(new AppendResult.InvalidRecord(
                        "A record batch of leader epoch " + batch.leaderEpoch() + " came to a replica of epoch "
                                + leaderEpoch,
                        List.of()));
            expected = batch.nextOffset();
        }
        return Optional.empty();
    }

    private static long lastOffsetIn(ByteBuffer batches) {
        long last = -1;
        for (var cursor = new BatchCursor(batches); cursor.next(); )
            last = cursor.batch().lastOffset();
        return last;
    }

    /// Brings indexes, epochs and producers up to what was just written.
    private void note(ByteBuffer batches, LogConfig used, long now) throws IOException {
        var segment = segments.active();
        long start = segment.sizeBytes() - batches.limit();
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            long position = start + cursor.position();
            segment.index(batch, position, used.segments().indexIntervalBytes());
            recent.add(segment.baseOffset(), batch.baseOffset(), (int) position, batch.nextOffset());
            epochs.start(batch.leaderEpoch(), batch.baseOffset());
            if (!batch.hasProducerId()) continue;
            if (batch.isControl()) noteMarker(segment, batch, now);
            else producers.appended(batch, now);
        }
        segment.writeLargeTails();
    }

    private void noteMarker(Segment segment, RecordBatch batch, long now) throws IOException {
        ControlRecord control;
        try {
            control = ControlRecord.in(batch);
        } catch (InvalidRecordsException unreadable) {
            throw new IOException("unreadable control batch at offset " + batch.baseOffset(), unreadable);
        }
        switch (control) {
            case EndTransaction marker -> producers.ended(batch, marker, now).ifPresent(segment.aborted()::add);
            case ControlRecord.LeaderChange _, ControlRecord.Other _ -> {}
        }
    }

    private void rollIfFull(int bytes, long firstOffset, long lastOffset, long maxTimestamp, LogConfig used, long now)
            throws IOException {
        var active = segments.active();
        var limits = used.segments();
        if (active.sizeBytes() == 0 && active.fits(lastOffset)) return;
        boolean full = active.sizeBytes() + bytes > limits.bytes()
                || active.ageMillis(now, maxTimestamp) > limits.millis() - rollJitterMillis
                || active.isIndexFull(limits.indexBytes())
                || !active.fits(lastOffset);
        if (!full) return;
        // a follower of a compacted log may have to step over more offsets than one segment can count
        roll(lastOffset - end.offset() <= Integer.MAX_VALUE ? end.offset() : firstOffset);
    }

    private void roll(long base) throws IOException {
        var old = segments.active();
        old.complete();
        snapshots.write(base, ProducerSnapshot.encode(producers.entries()));
        namesUnforced = true;
        bytesSinceSnapshot = 0;
        var fresh = place.newSegment(base, 0);
        if (fresh.log().exists()) fresh.cut(0, base);
        if (old.sizeBytes() == 0) {
            // nothing but a first batch too far from its base: an empty segment is not worth keeping
            fresh.create();
            segments = segments.count() == 1
                    ? Segments.of(List.of(fresh))
                    : segments.upTo(segments.count() - 1).with(fresh);
            old.delete();
        } else {
            segments = segments.with(fresh);
        }
        end = new LogEnd(end.offset(), base, 0);
        warmFrom = 0;
        namesUnforced = true;
        chooseJitter();
        place.environment().background().execute(() -> flushUpTo(base));
    }

    private void chooseJitter() {
        long limit =
                Math.min(config.segments().jitterMillis(), config.segments().millis());
        rollJitterMillis = limit <= 0 ? 0 : place.environment().random().nextLong(limit);
    }

    /// Reads from the batch that holds `offset`, up to `maxBytes` and only records below `upperBoundOffset` (the
    /// high watermark, the last
    /// stable offset or [#logEndOffset]). The slice may end inside a batch.
    ///
    /// @param minOneBatch return the first batch whole even if it is larger than `maxBytes`; otherwise nothing is
    ///     returned then
    public ReadResult read(long offset, int maxBytes, boolean minOneBatch, long upperBoundOffset) {
        IOException last = new IOException("not read");
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            try {
                return view().read(offset, maxBytes, minOneBatch, upperBoundOffset);
            } catch (NoSuchFileException | ClosedChannelException overtaken) {
                // the segment went away, or another thread was interrupted on the same channel: look again
                last = overtaken;
            } catch (IOException failed) {
                return new ReadResult.StorageFailed(failed);
            }
        }
        return new ReadResult.StorageFailed(last);
    }

    /// The end is read before the segments: a segment that is missing from the list cannot hold it.
    private LogView view() {
        var seen = end;
        return new LogView(segments, seen, logStartOffset, recent, warmFrom);
    }

    public long logStartOffset() {
        return logStartOffset;
    }

    /// The offset that the next record gets.
    public long logEndOffset() {
        return end.offset();
    }

    /// Everything below is known to be on stable storage.
    public long recoveryPoint() {
        return recoveryPoint;
    }

    public long sizeBytes() {
        return segments.sizeBytes();
    }

    List<Long> segmentBaseOffsets() {
        return segments.list().stream().map(Segment::baseOffset).toList();
    }

    long firstSegmentOffset() {
        return segments.first().baseOffset();
    }

    public int segmentCount() {
        return segments.count();
    }

    /// Remembers that `epoch` starts at the end of the log (on becoming leader).
    public void startLeaderEpoch(int epoch) {
        lock.lock();
        try {
            epochs.start(epoch, end.offset());
        } finally {
            lock.unlock();
        }
    }

    public OptionalInt latestLeaderEpoch() {
        return epochs.latest();
    }

    public OptionalInt leaderEpochAt(long offset) {
        return epochs.at(offset);
    }

    public EpochEndOffset endOffsetOf(int leaderEpoch) {
        return epochs.endOffsetOf(leaderEpoch, end.offset());
    }

    /// The first record at or after the time that lies below `upperBoundOffset`.
    public Optional<TimestampedOffset> firstOffsetAtOrAfter(long timestampMillis, long upperBoundOffset)
            throws IOException {
        return new TimeLookup(segments, logStartOffset, config.maxDecompressedBytes())
                .firstAtOrAfter(timestampMillis, upperBoundOffset);
    }

    /// The first record with the largest timestamp.
    public Optional<TimestampedOffset> maxTimestamp() throws IOException {
        return new TimeLookup(segments, logStartOffset, config.maxDecompressedBytes()).largest();
    }

    /// The first offset of the oldest transaction that is open or whose end is not below the high watermark; the
    /// high watermark when
    /// there is none.
    public long lastStableOffset(long highWatermark) {
        long stable = transactions.lastStableOffset(highWatermark);
        // a transaction may have begun before what is visible now
        return stable == highWatermark ? stable : Math.min(highWatermark, Math.max(stable, logStartOffset));
    }

    /// Aborted transactions with records between the offsets, in the order of their ends.
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) throws IOException {
        return view().aborted(fromOffset, toOffset);
    }

    /// Aborted transactions with records in the slice.
    public List<AbortedTransaction> abortedTransactions(LogSlice slice) throws IOException {
        if (slice.isEmpty()) return List.of();
        var view = view();
        return view.aborted(slice.offset(), view.endOffsetOf(slice));
    }

    /// True when the producer has an open transaction on this partition.
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        lock.lock();
        try {
            return producers.hasOpenTransaction(producerId, producerEpoch);
        } finally {
            lock.unlock();
        }
    }

    public List<ActiveProducer> activeProducers() {
        lock.lock();
        try {
            return producers.active();
        } finally {
            lock.unlock();
        }
    }

    /// Forgets producers that have been silent for longer than the expiry.
    public void expireProducers(long nowMillis) {
        lock.lock();
        try {
            producers.expire(nowMillis - place.environment().producerIdExpirationMillis());
        } finally {
            lock.unlock();
        }
    }

    /// Removes everything at and after `offset`; a batch that holds it goes as a whole.
    public void truncateTo(long offset) throws IOException {
        lock.lock();
        try {
            if (offset >= end.offset()) return;
            int index = segments.indexOf(offset);
            if (index < 0) {
                startOver(offset);
                return;
            }
            var gone = segments.list().subList(index + 1, segments.count());
            var kept = segments.upTo(index + 1);
            var active = kept.active();
            long position = cutPosition(active, offset);
            long endOffset = endBefore(active, position);
            place.promises().withdraw(place.partition(), endOffset);
            truncations++;
            recent.clear();
            // the end moves first: readers must not look for what is about to go
            end = new LogEnd(endOffset, active.baseOffset(), position);
            segments = kept;
            // from the end on, so that a crash leaves no hole; and neither the segments nor the cut bytes may come back
            // behind new batches after one
            for (var segment : gone.reversed()) segment.delete();
            if (!gone.isEmpty()) place.disk().forceDirectory(place.directory());
            active.cut(position, endOffset);
            active.log().force();
            if (logStartOffset > endOffset) logStartOffset = endOffset;
            epochs.cutAfter(endOffset);
            snapshots.removeAbove(endOffset);
            recoveryPoint = Math.min(recoveryPoint, endOffset);
            warmFrom = position;
            new ProducerReplay(place, snapshots, producers).load(kept, endOffset, Long.MAX_VALUE);
        } catch (IOException failed) {
            // half cut: what is in memory no longer says what is on disk
            place.health().reportLostWrites(failed);
            throw failed;
        } finally {
            lock.unlock();
        }
    }

    private static long cutPosition(Segment segment, long offset) throws IOException {
        if (segment.sizeBytes() == 0) return 0;
        var file = segment.log().acquire();
        try {
            var position = segment.positionOf(file, offset, segment.sizeBytes());
            return position.isPresent() ? position.getAsInt() : segment.sizeBytes();
        } finally {
            segment.log().release();
        }
    }

    /// The offset after the last batch before the position.
    private static long endBefore(Segment segment, long position) throws IOException {
        return LogLoader.endOffset(segment, position).orElse(segment.baseOffset());
    }

    /// Removes everything and continues at `offset`.
    public void truncateFullyAndStartAt(long offset) throws IOException {
        lock.lock();
        try {
            startOver(offset);
        } catch (IOException failed) {
            place.health().reportLostWrites(failed);
            throw failed;
        } finally {
            lock.unlock();
        }
    }

    private void startOver(long offset) throws IOException {
        place.promises()
                .withdraw(place.partition(), Math.min(offset, segments.first().baseOffset()));
        truncations++;
        recent.clear();
        var gone = segments;
        for (var segment : gone.list().reversed()) segment.delete();
        snapshots.removeAll();
        var fresh = place.newSegment(offset, 0);
        // the file's name is what remembers the offset
        fresh.create();
        end = new LogEnd(offset, offset, 0);
        segments = Segments.of(List.of(fresh));
        logStartOffset = offset;
        recoveryPoint = Math.min(recoveryPoint, offset);
        warmFrom = 0;
        namesUnforced = true;
        producers.startOver(0);
        epochs.clear();
        place.disk().forceDirectory(place.directory());
    }

    /// Makes everything below `offset` invisible (DeleteRecords, a leader's log start offset); whole segments
    /// below it go away
    /// with the next [#applyRetention].
    ///
    /// @return false when `offset` is not above the present start, or beyond the end
    public boolean advanceLogStartOffset(long offset) {
        lock.lock();
        try {
            if (offset <= logStartOffset || offset > end.offset()) return false;
            logStartOffset = offset;
            epochs.cutBefore(offset);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Deletes whole closed segments below the high watermark that are too old, too much, or below the log start
    /// offset.
    ///
    /// @return how many
    public int applyRetention(long nowMillis, long highWatermark) throws IOException {
        if (planRetention(nowMillis, highWatermark).deletions() == 0) return 0;
        // the producers' state must be on disk before the records go that it could be rebuilt from
        flush();
        lock.lock();
        try {
            if (closed) return 0;
            var plan = planRetention(nowMillis, Math.min(highWatermark, recoveryPoint));
            if (plan.deletions() == 0) return 0;
            if (plan.rollsFirst()) {
                roll(end.offset());
                // the last file that says where the log has got to
                segments.active().create();
                for (var file : snapshots.takeUnforced()) force(file);
                place.disk().forceDirectory(place.directory());
            }
            var gone = segments.list().subList(0, plan.deletions());
            segments = segments.without(plan.deletions());
            long start = segments.first().baseOffset();
            if (start > logStartOffset) logStartOffset = start;
            retired.retire(gone, nowMillis + config.retention().fileDeleteDelayMillis());
            // a power cut must not bring the segments back without what belongs to them
            place.disk().forceDirectory(place.directory());
            epochs.cutBefore(logStartOffset);
            snapshots.removeBelow(start);
            return gone.size();
        } finally {
            lock.unlock();
        }
    }

    private Retention.Plan planRetention(long nowMillis, long highWatermark) throws IOException {
        return new Retention(config.retention(), nowMillis, highWatermark, logStartOffset).plan(segments, end.offset());
    }

    /// Removes deleted segments whose delay has passed.
    public void removeDeletedFiles(long nowMillis) throws IOException {
        retired.removeDue(nowMillis);
    }

    /// Closes the active segment if it has reached its age, so that retention and compaction can take it.
    public void rollIfDue(long nowMillis) throws IOException {
        lock.lock();
        try {
            var active = segments.active();
            if (closed || active.sizeBytes() == 0) return;
            if (active.ageMillis(nowMillis, nowMillis) > config.segments().millis() - rollJitterMillis)
                roll(end.offset());
        } finally {
            lock.unlock();
        }
    }

    /// Forces everything written so far to stable storage and moves the recovery point.
    public void flush() throws IOException {
        var failed = flushUpTo(end.offset());
        if (failed.isPresent()) throw failed.get();
    }

    /// Flushes inside an append, under its lock.
    private Optional<IOException> flushNow() {
        try {
            for (int i = Math.max(0, segments.indexOf(recoveryPoint)); i < segments.count(); i++)
                segments.at(i).flush();
            for (var file : snapshots.takeUnforced()) force(file);
            epochs.save(place.disk(), place.file(LogFiles.LEADER_EPOCHS));
            forceNames();
            recoveryPoint = end.offset();
            unflushedRecords = 0;
            return Optional.empty();
        } catch (IOException failed) {
            place.health().reportLostWrites(failed);
            return Optional.of(failed);
        }
    }

    private Optional<IOException> flushUpTo(long offset) {
        flushLock.lock();
        try {
            var failure = place.health().failure();
            if (failure.isPresent()) return failure;
            long before;
            long flushed;
            Segments seen;
            List<Path> snapshotFiles;
            lock.lock();
            try {
                before = truncations;
                flushed = Math.min(offset, end.offset());
                seen = segments;
                if (bytesSinceSnapshot > SNAPSHOT_INTERVAL_BYTES) {
                    snapshots.write(end.offset(), ProducerSnapshot.encode(producers.entries()));
                    snapshots.removeStray(segments);
                    namesUnforced = true;
                    bytesSinceSnapshot = 0;
                }
                unflushedRecords = 0;
                snapshotFiles = snapshots.takeUnforced();
            } finally {
                lock.unlock();
            }
            if (flushed <= recoveryPoint && snapshotFiles.isEmpty()) return Optional.empty();
            for (int i = Math.max(0, seen.indexOf(recoveryPoint)); i < seen.count(); i++)
                if (seen.at(i).baseOffset() < flushed) seen.at(i).flush();
            for (var file : snapshotFiles) force(file);
            epochs.save(place.disk(), place.file(LogFiles.LEADER_EPOCHS));
            forceNames();
            lock.lock();
            try {
                if (truncations == before) recoveryPoint = Math.max(recoveryPoint, flushed);
            } finally {
                lock.unlock();
            }
            return Optional.empty();
        } catch (NoSuchFileException overtaken) {
            // retention or a truncation took the segment away: there is nothing to vouch for
            return Optional.empty();
        } catch (IOException failed) {
            place.health().reportLostWrites(failed);
            return Optional.of(failed);
        } finally {
            flushLock.unlock();
        }
    }

    private void force(Path path) throws IOException {
        try (var file = place.disk().openExisting(path)) {
            file.force();
        }
    }

    private void forceNames() throws IOException {
        if (!namesUnforced) return;
        namesUnforced = false;
        try {
            place.disk().forceDirectory(place.directory());
        } catch (IOException failed) {
            namesUnforced = true;
            throw failed;
        }
    }

    /// Flushes, writes what makes the next start fast, and lets go of the files. Later appends find a closed log.
    void close() throws IOException {
        abandon();
        flush();
        // also what recovery found out, which no flush had a reason to write
        epochs.save(place.disk(), place.file(LogFiles.LEADER_EPOCHS));
        lock.lock();
        try {
            if (end.offset() > snapshots.latest() && end.offset() > 0) {
                snapshots.write(end.offset(), ProducerSnapshot.encode(producers.entries()));
                snapshots.removeStray(segments);
            }
            Check.that(recoveryPoint == end.offset(), "closed at %d, flushed to %d", end.offset(), recoveryPoint);
            for (var segment : segments.list()) {
                segment.flushTails();
                segment.closeFiles();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Stops without another write: the directory failed or the partition is deleted.
    void abandon() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /// The directory of this abandoned log was renamed; open handles stay good.
    void moved(Path directory) {
        for (var segment : segments.list()) segment.moved(directory);
    }
}
