package barnabas.coordination;

import barnabas.base.Clock;
import barnabas.base.Failure;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one shard: the shell around the core.
///
/// Owner of the shard: the thread that holds `owned`. Requests go into a bounded queue; a caller that finds no
/// thread draining it puts a task on the executor. That is a (virtual) thread of the coordinator's own, never the
/// requester's: an interrupt of a requester in the middle of an append would close the log's file.
///
/// A record is first appended to the local log and then replayed into the shard, one append per decision. So a
/// failed append leaves the state untouched and nothing needs to be rolled back; what it costs, a log append
/// per request instead of one per batch of requests, is a few microseconds with a log in the page cache.
///
/// An answer is held back until the high watermark has reached the end of the log at the time of the answer. That
/// goes for reads too: no client gets an answer that a failover could take back.
public final class ShardRuntime<S extends Shard> {
    /// Requests that wait for the shard's thread.
    public static final int QUEUE_MAX = 10_000;
    /// Answers that wait for the high watermark; beyond that no new request is taken.
    public static final int HELD_MAX = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(ShardRuntime.class);

    /// Operation on a shard, run on the shard's thread.
    public interface Operation<S> {
        Decision decide(S shard, Now now);
    }

    /// Dependencies that all shards of a coordinator share.
    ///
    /// @param executor runs shards; a shard blocks its thread for the time of an append
    /// @param commitTimeoutMillis how long an answer waits for the high watermark
    public record Environment(
            Clock clock, Alarm alarm, Executor executor, Compression compression, long commitTimeoutMillis) {}

    private enum Status {
        LOADING,
        ACTIVE,
        FAILED,
        CLOSED
    }

    private record Work<S, R>(Call<R> call, Operation<S> operation) {
        void refuse(ErrorCode error) {
            call.complete(call.refusal(error));
        }
    }

    private record Held(long offset, long deadline, Reply<?> reply) {}

    private final String name;
    private final S shard;
    private final ShardLog log;
    private final Environment environment;

    private final ConcurrentLinkedQueue<Work<S, ?>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger heldCount = new AtomicInteger();
    private final AtomicLong highWatermark = new AtomicLong();
    private final AtomicBoolean owned = new AtomicBoolean(true); // by the loader
    private final AtomicBoolean poked = new AtomicBoolean();
    private volatile Status status = Status.LOADING;
    private volatile @Nullable ErrorCode closing;

    // The owner's:
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long appendedEnd;
    private long alarmAt = Long.MAX_VALUE;
    private Alarm.@Nullable Setting alarmSetting;

    /// @param name for log lines: topic and partition
    public ShardRuntime(String name, S shard, ShardLog log, Environment environment) {
        this.name = name;
        this.shard = shard;
        this.log = log;
        this.environment = environment;
    }

    /// Reads the partition and replays it. Called once, on a thread that may wait for a disk; requests are
    /// refused with COORDINATOR_LOAD_IN_PROGRESS until it returns.
    public void load() {
        long start = environment.clock.nanos();
        try {
            var reader = new ShardReader(name, shard);
            log.readAll(batches -> {
                if (closing != null) throw new UncheckedIOException(new IOException("closed while loading"));
                reader.read(batches);
            });
            appendedEnd = reader.endOffset();
            raiseHighWatermark(log.highWatermark());
            status = Status.ACTIVE;
            carryOut(shard.loaded(now()));
            if (reader.skipped() > 0)
                LOG.error(
                        "{}: skipped {} malformed records of its partition; 'barnabas dump' shows them",
                        name,
                        reader.skipped());
            if (reader.records() > 0) {
                LOG.info(
                        "{}: loaded {} records in {} ms",
                        name,
                        reader.records(),
                        (environment.clock.nanos() - start) / 1_000_000);
            }
        } catch (IOException | UncheckedIOException e) {
            if (closing == null) LOG.error("{}: cannot be loaded: {}", name, e.getMessage());
            status = Status.FAILED;
        } catch (Throwable e) {
            status = Status.FAILED;
            LOG.error("{}: cannot be loaded", name, e);
            Failure.rethrowIfFatal(e);
        } finally {
            run();
        }
    }

    /// Asks the shard. The call is answered exactly once, now or later. Never blocks.
    public <R> void submit(Call<R> call, Operation<S> operation) {
        ErrorCode refusal = refusal();
        if (refusal == null && heldCount.get() > HELD_MAX) refusal = ErrorCode.COORDINATOR_NOT_AVAILABLE;
        if (refusal == null && queued.incrementAndGet() > QUEUE_MAX) {
            queued.decrementAndGet();
            refusal = ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        if (refusal != null) {
            call.complete(call.refusal(refusal));
            return;
        }
        queue.add(new Work<>(call, operation));
        wake();
    }

    /// The high watermark of the partition. Any thread; never blocks.
    public void committed(long offset) {
        if (raiseHighWatermark(offset) && heldCount.get() > 0) poke();
    }

    /// Refuses every waiting and every later request with `error`. Never blocks.
    public void close(ErrorCode error) {
        closing = error;
        poke();
    }

    public boolean isLoading() {
        return status == Status.LOADING && closing == null;
    }

    public boolean isActive() {
        return status == Status.ACTIVE && closing == null;
    }

    private @Nullable ErrorCode refusal() {
        ErrorCode error = closing;
        if (error != null) return error;
        return switch (status) {
            case LOADING -> ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
            case ACTIVE -> null;
            case FAILED -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case CLOSED -> ErrorCode.NOT_COORDINATOR;
        };
    }

    private boolean raiseHighWatermark(long offset) {
        return highWatermark.getAndAccumulate(offset, Math::max) < offset;
    }

    private Now now() {
        return Now.of(environment.clock);
    }

    private void poke() {
        poked.set(true);
        wake();
    }

    private void wake() {
        if (owned.compareAndSet(false, true)) environment.executor.execute(this::run);
    }

    /// Serves until there is nothing left to do. The caller owns the shard; when this returns, no thread does.
    private void run() {
        do {
            try {
                serve();
            } finally {
                owned.set(false);
            }
        } while ((poked.get() || !queue.isEmpty()) && owned.compareAndSet(false, true));
    }

    private void serve() {
        poked.set(false);
        while (true) {
            ErrorCode error = closing;
            if (error != null && status != Status.CLOSED) unload(error);
            releaseCommitted();
            Now now = now();
            if (status == Status.ACTIVE) expire(now);
            Work<S, ?> work = queue.poll();
            if (work == null) break;
            queued.decrementAndGet();
            serve(work, now);
        }
        refuseOverdue(now());
        if (status == Status.ACTIVE) setAlarm();
    }

    private void serve(Work<S, ?> work, Now now) {
        ErrorCode refusal = refusal();
        if (refusal != null) {
            work.refuse(refusal);
            return;
        }
        try {
            carryOut(work.operation.decide(shard, now));
        } catch (Throwable e) {
            work.refuse(ErrorCode.UNKNOWN_SERVER_ERROR);
            LOG.error("{}: a request failed", name, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private void expire(Now now) {
        try {
            while (true) {
                Decision decision = shard.timers().expire(now);
                if (decision == null) return;
                carryOut(decision);
            }
        } catch (Throwable e) {
            LOG.error("{}: a time-out failed", name, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private void carryOut(Decision decision) {
        switch (decision) {
            case Decision.Answer(var replies) -> replies.forEach(this::hold);
            case Decision.Several(var decisions) -> decisions.forEach(this::carryOut);
            case Decision.Append append -> {
                ErrorCode error = append(append);
                carryOut(
                        error == null
                                ? append.appended().get()
                                : append.failed().apply(error));
            }
            case Decision.AppendMarker marker -> {
                ErrorCode error = append(marker.marker());
                carryOut(
                        error == null
                                ? marker.appended().get()
                                : marker.failed().apply(error));
            }
        }
    }

    /// Null when the records are in the log and in the shard.
    private @Nullable ErrorCode append(Decision.Append asked) {
        return append(asked, asked.records(), asked.atomic());
    }

    private @Nullable ErrorCode append(Decision.Append asked, List<CoordinatorRecord> records, boolean atomic) {
        Producer producer = asked.producer();
        VerificationProof admission = asked.admission();
        ByteBuffer batch = BatchEncoding.batch(records, producer, environment.clock.millis(), environment.compression);
        if (batch.remaining() > log.batchBytesMax()) {
            if (atomic || records.size() == 1) return ErrorCode.MESSAGE_TOO_LARGE;
            int half = records.size() / 2;
            ErrorCode error = append(asked, records.subList(0, half), false);
            return error != null ? error : append(asked, records.subList(half, records.size()), false);
        }
        return switch (admission == null ? log.append(batch) : log.append(batch, admission)) {
            case AppendOutcome.Failed(var error) -> error;
            case AppendOutcome.Appended(long endOffset, long committed) -> {
                applied(endOffset, committed, () -> {
                    long offset = endOffset - records.size();
                    for (CoordinatorRecord record : records) shard.replay(record, offset++, producer);
                });
                yield null;
            }
        };
    }

    private @Nullable ErrorCode append(Marker marker) {
        return switch (log.appendMarker(marker, environment.clock.millis())) {
            case AppendOutcome.Failed(var error) -> error;
            case AppendOutcome.Appended(long endOffset, long committed) -> {
                applied(endOffset, committed, () -> shard.replayMarker(marker.producer(), marker.commit()));
                yield null;
            }
        };
    }

    /// A record in the log that cannot be replayed is a bug that leaves the state behind the log: the shard stops.
    private void applied(long endOffset, long committed, Runnable replay) {
        appendedEnd = endOffset;
        raiseHighWatermark(committed);
        try {
            replay.run();
        } catch (Throwable e) {
            status = Status.FAILED;
            closing = ErrorCode.COORDINATOR_NOT_AVAILABLE;
            LOG.error("{}: stopped, a record cannot be applied", name, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private void hold(Reply<?> reply) {
        if (appendedEnd <= highWatermark.get()) {
            release(reply);
        } else {
            long deadline = now().ticks() + environment.commitTimeoutMillis;
            held.add(new Held(appendedEnd, deadline, reply));
            heldCount.incrementAndGet();
        }
    }

    /// A consumer that throws must not keep the answers behind its own.
    private <R> void release(Reply<R> reply) {
        try {
            ((Call<R>) reply.ticket()).complete(reply.answer());
        } catch (Throwable e) {
            LOG.error("{}: an answer could not be handed to the request that waits for it", name, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private <R> void refuse(Reply<R> reply, ErrorCode error) {
        release(reply.ticket().refuse(error));
    }

    private void releaseCommitted() {
        long committed = highWatermark.get();
        for (Held first = held.peek(); first != null && first.offset <= committed; first = held.peek()) {
            held.poll();
            heldCount.decrementAndGet();
            release(first.reply);
        }
    }

    private void refuseOverdue(Now now) {
        for (Held first = held.peek(); first != null && first.deadline <= now.ticks(); first = held.peek()) {
            held.poll();
            heldCount.decrementAndGet();
            refuse(first.reply, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
    }

    private void unload(ErrorCode error) {
        boolean wasLoaded = status != Status.LOADING;
        status = Status.CLOSED;
        for (Held each : held) refuse(each.reply, error);
        held.clear();
        heldCount.set(0);
        appendedEnd = 0; // what unloading answers is not held back
        cancelAlarm();
        if (!wasLoaded) return;
        try {
            carryOut(shard.unloaded(error));
        } catch (Throwable e) {
            LOG.error("{}: cannot be unloaded", name, e);
            Failure.rethrowIfFatal(e);
        }
    }

    /// At most one alarm is set: the earliest.
    private void setAlarm() {
        long next = shard.timers().nextDeadline();
        Held first = held.peek();
        if (first != null) next = Math.min(next, first.deadline);
        long ticks = now().ticks();
        if (alarmAt <= ticks) alarmAt = Long.MAX_VALUE; // it has gone off
        if (next < alarmAt) {
            cancelAlarm();
            alarmAt = next;
            alarmSetting = environment.alarm.wakeAt(next, this::poke);
        }
    }

    /// An alarm that is hours away would keep all of a shard that has long resigned.
    private void cancelAlarm() {
        if (alarmSetting != null) alarmSetting.cancel();
        alarmSetting = null;
    }
}
