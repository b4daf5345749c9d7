package barnabas.log.partition;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.log.batches.AppendCheck;
import barnabas.log.batches.Recompression;
import barnabas.log.journal.Journal;
import barnabas.log.producers.CopiedBatches;
import barnabas.log.producers.CopiedBatches.Comparison;
import barnabas.log.producers.ProducerEntry;
import barnabas.log.segment.Segment;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Appends to a log. The lock is held across the one write: the order of the offsets is the order of the bytes.
record LogAppend(LogState log, LogRoll roll, LogFlush flush, LogDurability durability) {
    /// Appends the batches between the buffer's position and limit with one write. Offsets, leader epoch and (with
    /// LogAppendTime) timestamps are set in the buffer itself, so the caller must own its bytes. The position does
    /// not move.
    ///
    /// @param leaderEpoch the epoch in which this broker leads or follows
    AppendResult append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        if (takesLong(origin)) return new AppendResult.TakesLong();
        Prepared prepared = prepare(batches, origin);
        if (prepared instanceof Prepared.Refused(AppendResult refused)) return refused;
        var ready = (Prepared.Ready) prepared;
        var compared = comparison(ready, origin).orElse(null);
        return locked(ready, origin, () -> appendUnderLock(ready, origin, leaderEpoch, compared));
    }

    /// Appends a transactional batch: to a transaction that is open here, or as the first of one that `verification`
    /// stands for. The batch is checked before the lock is taken.
    AppendResult appendTransactional(
            ByteBuffer batches, AppendOrigin origin, int leaderEpoch, Verification verification) {
        if (takesLong(origin)) return new AppendResult.TakesLong();
        Prepared prepared = prepare(batches, origin);
        if (prepared instanceof Prepared.Refused(AppendResult refused)) return refused;
        var ready = (Prepared.Ready) prepared;
        var compared = comparison(ready, origin).orElse(null);
        return locked(
                ready, origin, () -> appendTransactionalUnderLock(ready, origin, leaderEpoch, verification, compared));
    }

    private AppendResult appendTransactionalUnderLock(
            Prepared.Ready ready,
            AppendOrigin origin,
            int leaderEpoch,
            Verification verification,
            @Nullable Comparison compared) {
        if (!log.enterEpoch(leaderEpoch)) return new AppendResult.Fenced(log.leaderEpoch());
        var batch = RecordBatch.at(ready.batches(), 0);
        if (waitsForCopied(batch, origin)) return againOffLoop(ready, origin);
        boolean begins;
        try {
            begins = !log.producers().hasOpenTransaction(batch.producerId(), batch.producerEpoch())
                    && duplicateOf(batch, compared).isEmpty();
        } catch (IOException failed) {
            return new AppendResult.StorageFailed(failed);
        }
        if (begins) {
            var refusal = log.verifications()
                    .refusal(batch, verification, log.producers().entry(batch.producerId()));
            if (refusal.isPresent()) return refusal.get();
        }
        var result = appendUnderLock(ready, origin, leaderEpoch, compared);
        if (begins && result instanceof AppendResult.Appended)
            log.verifications().begun(batch.producerId());
        return result;
    }

    /// True when the log is being cut or moved, which an event loop does not wait for.
    private boolean takesLong(AppendOrigin origin) {
        return origin.isOnLoop() && log.isFenced();
    }

    /// The outcome of everything that needs no lock.
    private sealed interface Prepared {
        /// @param batches from position 0 to the limit, as they will be stored but for offsets and leader epoch
        record Ready(ByteBuffer batches, AppendCheck.Verdict.Fit fit, LogConfig used, long now) implements Prepared {
            /// Of all records, if the log gives them one.
            long appendTime() {
                return used.timestamps().type() == TimestampType.LOG_APPEND_TIME ? now : RecordBatch.NO_TIMESTAMP;
            }

            /// The first batches, as many as one segment can count. Replicas fetch the others again.
            Ready beginning() {
                long first = RecordBatch.at(batches, 0).baseOffset();
                var cursor = new BatchCursor(batches);
                while (cursor.next())
                    if (cursor.batch().lastOffset() - first > Integer.MAX_VALUE)
                        return new Ready(batches.slice(0, cursor.position()), fit, used, now);
                return this;
            }
        }

        record Refused(AppendResult result) implements Prepared {}
    }

    private Prepared prepare(ByteBuffer batches, AppendOrigin origin) {
        long now = log.place().environment().clock().millis();
        LogConfig used = log.config();
        AppendCheck.Verdict verdict = new AppendCheck(log.place().partition(), used, origin, now).check(batches);
        if (verdict instanceof AppendCheck.Verdict.Refused(AppendResult result)) return new Prepared.Refused(result);
        var fit = (AppendCheck.Verdict.Fit) verdict;
        ByteBuffer whole = batches.slice(batches.position(), fit.bytes());
        if (origin.isReplication()) return new Prepared.Ready(whole, fit, used, now);
        if (used.recompression().isEmpty()) {
            setTimestamps(whole, used, origin, fit, now);
            return new Prepared.Ready(whole, fit, used, now);
        }
        return switch (Recompression.apply(whole, used, origin)) {
            case Recompression.Outcome.Ready(ByteBuffer stored) -> {
                setTimestamps(stored, used, origin, fit, now);
                yield new Prepared.Ready(stored, fit, used, now);
            }
            case Recompression.Outcome.Unreadable(String message) ->
                new Prepared.Refused(new AppendResult.InvalidRecord(
                        message + " in topic partition " + log.place().partition(), List.of()));
            case Recompression.Outcome.TakesLong() -> new Prepared.Refused(new AppendResult.TakesLong());
            case Recompression.Outcome.TooLarge(int bytes) ->
                new Prepared.Refused(new AppendResult.TooLarge("Message batch size is " + bytes
                        + " bytes or more in append to partition " + log.place().partition()
                        + " which exceeds the maximum configured size of " + used.maxMessageBytes() + "."));
        };
    }

    /// Appends the control batch that ends a transaction on this partition.
    AppendResult endTransaction(TransactionMarker marker, int leaderEpoch) {
        long now = log.place().environment().clock().millis();
        var batch = ControlRecord.endTransaction(
                marker.commit(), marker.producerId(), marker.producerEpoch(), marker.coordinatorEpoch(), now);
        var fit = new AppendCheck.Verdict.Fit(batch.limit(), 1, 0, now);
        var used = log.config();
        setTimestamps(batch, used, AppendOrigin.COORDINATOR, fit, now);
        var ready = new Prepared.Ready(batch, fit, used, now);
        return locked(ready, AppendOrigin.COORDINATOR, () -> {
            if (!log.enterEpoch(leaderEpoch)) return new AppendResult.Fenced(log.leaderEpoch());
            var refusal = log.producers().refusal(marker, log.endOffset());
            if (refusal.isPresent()) return refusal.get();
            log.verifications().ended(marker);
            return appendUnderLock(ready, AppendOrigin.COORDINATOR, leaderEpoch, null);
        });
    }

    /// A producer's batch gets the largest timestamp of its records, whatever its header said.
    private static void setTimestamps(
            ByteBuffer batches, LogConfig used, AppendOrigin origin, AppendCheck.Verdict.Fit fit, long now) {
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            if (appendTime) batch.rewriteTimestamp(TimestampType.LOG_APPEND_TIME, now);
            else {
                long largest = origin.isClient() ? fit.maxTimestamp() : batch.maxTimestamp();
                if (batch.timestampType() != TimestampType.CREATE_TIME || batch.maxTimestamp() != largest)
                    batch.rewriteTimestamp(TimestampType.CREATE_TIME, largest);
            }
        }
    }

    /// Appends with the log's lock, and forces the log without it when `flush.messages` says so.
    private AppendResult locked(Prepared.Ready ready, AppendOrigin origin, Supplier<AppendResult> append) {
        var refused = lock(ready, origin);
        if (refused.isPresent()) return refused.get();
        AppendResult result;
        boolean flushDue;
        try {
            // an event loop does not wait for the disk
            long records = ready.fit().lastOffsetDelta() + 1;
            if (origin.isOnLoop() && isFlushDue(ready.used(), records)) return againOffLoop(ready, origin);
            result = append.get();
            flushDue = isFlushDue(ready.used(), 0);
        } finally {
            log.lock.unlock();
        }
        if (!flushDue || !(result instanceof AppendResult.Appended appended)) return result;
        var failed = flush.flushUpTo(appended.lastOffset() + 1);
        return failed.isPresent() ? new AppendResult.StorageFailed(failed.get()) : result;
    }

    /// True when the log has to be forced with so many more records. A log with a journal never has to be.
    private boolean isFlushDue(LogConfig used, long more) {
        var policy = used.flush();
        return !policy.journaled() && log.hasUnflushed(policy.messages() - more);
    }

    /// Lets another thread check and append what an event loop has checked: a client's batch with a timestamp type that
    /// clients may send.
    private static AppendResult againOffLoop(Prepared.Ready ready, AppendOrigin origin) {
        if (!origin.isClient()) return new AppendResult.TakesLong();
        for (var cursor = new BatchCursor(ready.batches()); cursor.next(); ) {
            var batch = cursor.batch();
            if (batch.timestampType() != TimestampType.CREATE_TIME)
                batch.rewriteTimestamp(TimestampType.CREATE_TIME, ready.fit().maxTimestamp());
        }
        return new AppendResult.TakesLong();
    }

    /// Takes the log's lock. A log that is half cut takes no appends: the first one after it finishes the truncation,
    /// but not on an event loop.
    ///
    /// @return the answer when the lock was not taken
    // the caller unlocks
    @SuppressWarnings("LockNotBeforeTry")
    private Optional<AppendResult> lock(Prepared.Ready ready, AppendOrigin origin) {
        if (log.isClosed()) return Optional.of(new AppendResult.Closed());
        if (origin.isOnLoop()) {
            log.lock.lock();
            if (!log.isFenced()) return Optional.empty();
            log.lock.unlock();
            return Optional.of(againOffLoop(ready, origin));
        }
        try {
            log.lockUnfenced();
            return Optional.empty();
        } catch (IOException failed) {
            log.place().health().report(failed);
            return Optional.of(new AppendResult.StorageFailed(failed));
        }
    }

    private AppendResult appendUnderLock(
            Prepared.Ready ready, AppendOrigin origin, int leaderEpoch, @Nullable Comparison compared) {
        var unfit = refusal(ready, origin, leaderEpoch);
        if (unfit.isPresent()) return unfit.get();
        ByteBuffer batches = ready.batches();
        LogConfig used = ready.used();
        long base = log.endOffset();
        var first = RecordBatch.at(batches, 0);
        long last = base + ready.fit().lastOffsetDelta();
        switch (origin) {
            case CLIENT, CLIENT_ON_LOOP -> {
                if (first.hasProducerId()) {
                    if (waitsForCopied(first, origin)) return againOffLoop(ready, origin);
                    Optional<ProducerEntry.Batch> duplicate;
                    try {
                        duplicate = duplicateOf(first, compared);
                    } catch (IOException failed) {
                        return new AppendResult.StorageFailed(failed);
                    }
                    if (duplicate.isPresent()) return answerFor(duplicate.get(), used);
                    var refusal = log.producers().refusal(first, base);
                    if (refusal.isPresent()) return unlessCopied(refusal.get());
                }
                assign(batches, base, leaderEpoch);
            }
            case COORDINATOR -> {
                var refusal = refusalOfOwn(batches, base);
                if (refusal.isPresent()) return refusal.get();
                assign(batches, base, leaderEpoch);
            }
            case REPLICATION, REPLICATION_ON_LOOP -> {
                last = lastOffsetIn(batches);
                if (last - first.baseOffset() > Integer.MAX_VALUE)
                    return appendUnderLock(ready.beginning(), origin, leaderEpoch, compared);
                var refusal = refusalOfCopy(batches, base, leaderEpoch);
                if (refusal.isPresent()) return refusal.get();
                base = first.baseOffset();
            }
        }
        Journal journal;
        try {
            journal = durability.journal(used);
            var full = journal == null ? null : journal.refusalOf(batches.limit());
            if (full != null) return new AppendResult.StorageFailed(new IOException(full));
            write(ready, first.baseOffset(), last);
        } catch (IOException failed) {
            log.place().health().report(failed);
            return new AppendResult.StorageFailed(failed);
        }
        var unnoted = noted(journal, ready, base, last);
        if (unnoted.isPresent()) return new AppendResult.StorageFailed(unnoted.get());
        log.appended(last + 1, last - base + 1, batches.limit());
        return new AppendResult.Appended(base, last, ready.appendTime(), log.logStartOffset());
    }

    /// Takes down what was written. After a failure the bytes are there but the log cannot say where: it must not go
    /// on.
    private Optional<IOException> noted(@Nullable Journal journal, Prepared.Ready ready, long base, long last) {
        try {
            durability.appended(journal, ready.batches(), base, last + 1);
            note(ready.batches(), ready.used(), ready.now());
            return Optional.empty();
        } catch (IOException failed) {
            log.place().health().reportLostWrites(failed);
            return Optional.of(failed);
        } catch (Error thrown) {
            log.place().health().reportLostWrites(new IOException("an append ended half done", thrown));
            throw thrown;
        }
    }

    /// Writes to the active segment, or to a new one when that is full.
    private void write(Prepared.Ready ready, long firstOffset, long lastOffset) throws IOException {
        ByteBuffer batches = ready.batches();
        LogConfig used = ready.used();
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        long newest = appendTime ? ready.now() : ready.fit().maxTimestamp();
        roll.rollIfFull(batches.limit(), firstOffset, lastOffset, newest, used, ready.now());
        // the first write to a segment creates its file, which a flush beside it may have looked for too early
        boolean creates = log.segments().active().sizeBytes() == 0;
        log.segments().active().write(batches);
        if (creates) log.nameAdded();
    }

    /// Refusal of any batches by the log as it is, whatever their origin.
    private Optional<AppendResult> refusal(Prepared.Ready ready, AppendOrigin origin, int leaderEpoch) {
        if (log.isClosed()) return Optional.of(new AppendResult.Closed());
        if (!log.enterEpoch(leaderEpoch)) return Optional.of(new AppendResult.Fenced(log.leaderEpoch()));
        // a producer's request that was admitted before the topic became a mirror, or was claimed for one
        if (origin.isClient() && (log.config().mirrored() || log.config().claimed()))
            return Optional.of(new AppendResult.Fenced(leaderEpoch));
        var failure = log.place().health().failure();
        if (failure.isPresent()) return Optional.of(new AppendResult.StorageFailed(failure.get()));
        int bytes = ready.batches().limit();
        int bytesMax = ready.used().segments().bytes();
        if (bytes <= bytesMax) return Optional.empty();
        return Optional.of(new AppendResult.LargerThanSegment("Message batch size is " + bytes
                + " bytes in append to partition " + log.place().partition()
                + ", which exceeds the maximum configured segment size of " + bytesMax + "."));
    }

    /// Reads the copied batch that the sent one seems to repeat before the lock is taken: no producer waits for the
    /// disk. Empty when there is none, and on an event loop, which hands such a batch to another thread.
    private Optional<Comparison> comparison(Prepared.Ready ready, AppendOrigin origin) {
        if (!origin.isClient() || origin.isOnLoop() || log.config().mirror().ownEpochMin() == 0)
            return Optional.empty();
        var sent = RecordBatch.at(ready.batches(), 0);
        if (!sent.hasProducerId()) return Optional.empty();
        Optional<ProducerEntry.Batch> known;
        log.lock.lock();
        try {
            known = log.producers().duplicateOf(sent);
            if (known.isEmpty() || isOwn(known.get())) return Optional.empty();
        } finally {
            log.lock.unlock();
        }
        try {
            return Optional.of(new Comparison(known.get(), new CopiedBatches(log.segments()).holds(known.get(), sent)));
        } catch (IOException failed) {
            // a segment that has gone meanwhile, or a disk that fails: the look under the lock says which
            return Optional.empty();
        }
    }

    /// The batch as it is already in the log. One that a mirror has copied has to have the same records, too. It is
    /// read under the lock only when the producer's batches have changed since it was compared.
    private Optional<ProducerEntry.Batch> duplicateOf(RecordBatch batch, @Nullable Comparison compared)
            throws IOException {
        var known = log.producers().duplicateOf(batch);
        if (known.isEmpty() || isOwn(known.get())) return known;
        boolean same = (compared != null && compared.known().equals(known.get()))
                ? compared.same()
                : new CopiedBatches(log.segments()).holds(known.get(), batch);
        return same ? known : Optional.empty();
    }

    /// True when a copied batch has to be read, on an event loop.
    private boolean waitsForCopied(RecordBatch batch, AppendOrigin origin) {
        if (!origin.isOnLoop() || log.config().mirror().ownEpochMin() == 0) return false;
        var known = log.producers().duplicateOf(batch);
        return known.isPresent() && !isOwn(known.get());
    }

    private boolean isOwn(ProducerEntry.Batch known) {
        return known.lastOffset() >= ownFrom();
    }

    /// Nothing is known of old copied batches but their sequences: that is not enough to answer that the batch is
    /// there.
    private AppendResult unlessCopied(AppendResult refusal) {
        return refusal instanceof AppendResult.OldDuplicate(long lastOffset, String message) && lastOffset < ownFrom()
                ? new AppendResult.OutOfOrderSequence(message)
                : refusal;
    }

    /// First offset that this cluster wrote; the end of the log when a mirror has copied all of it.
    private long ownFrom() {
        int epoch = log.config().mirror().ownEpochMin();
        return epoch == 0 ? 0 : log.epochs().startFrom(epoch).orElse(log.endOffset());
    }

    private AppendResult answerFor(ProducerEntry.Batch known, LogConfig used) {
        boolean appendTime = used.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        return new AppendResult.Duplicate(
                known.firstOffset(),
                known.lastOffset(),
                appendTime ? known.timestamp() : RecordBatch.NO_TIMESTAMP,
                log.logStartOffset());
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
            var refusal = log.producers().refusalOfEpoch(batch, endOffset);
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
        var segment = log.segments().active();
        long start = segment.sizeBytes() - batches.limit();
        for (var cursor = new BatchCursor(batches); cursor.next(); ) {
            var batch = cursor.batch();
            long position = start + cursor.position();
            segment.index(batch, position, used.segments().indexIntervalBytes());
            log.recent().add(segment.baseOffset(), batch.baseOffset(), (int) position, batch.nextOffset());
            log.epochs().start(batch.leaderEpoch(), batch.baseOffset());
            if (!batch.hasProducerId()) continue;
            if (batch.isControl()) noteMarker(segment, batch, now);
            else log.producers().appended(batch, now);
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
            case EndTransaction marker ->
                log.producers().ended(batch, marker, now).ifPresent(segment.aborted()::add);
            case ControlRecord.LeaderChange _, ControlRecord.Other _ -> {}
        }
    }
}
