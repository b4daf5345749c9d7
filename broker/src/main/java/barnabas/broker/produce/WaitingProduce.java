package barnabas.broker.produce;

import barnabas.broker.request.Call;
import barnabas.broker.request.WaitCounts;
import barnabas.protocol.message.ProduceResponse;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWait;
import barnabas.replication.WaitOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A produce request whose records are appended and not yet as safe as it asks. It waits on its connection's event
/// loop, without a thread: the last partition to get there, or a timer of the loop, has it answered.
///
/// Owner: the event loop; only [#ended] comes from other threads.
public final class WaitingProduce {
    /// Records that are appended but not committed yet; for `acks=1`, not as safe on this broker's disk as their topic
    /// asks.
    ///
    /// @param leaderEpoch in which they were appended
    /// @param endOffset follows the last of them
    public record Pending(Partition partition, int leaderEpoch, long endOffset, int topicIndex, int partitionIndex) {}

    /// Makes the response out of how the waits ended, in the order of the pending partitions.
    @FunctionalInterface
    public interface Ending {
        ProduceResponse response(List<WaitOutcome> outcomes);
    }

    private final List<Pending> pending;
    private final PartitionWait[] waits;
    private final AtomicReferenceArray<WaitOutcome> outcomes;
    /// Waits under way, and one for [#begin] itself.
    private final AtomicInteger open;

    private final Ending ending;
    private final Call call;
    private final WaitCounts counts;
    private @Nullable Future<?> deadline;

    private WaitingProduce(List<Pending> pending, Ending ending, Call call, WaitCounts counts) {
        this.counts = counts;
        this.pending = pending;
        this.waits = new PartitionWait[pending.size()];
        this.outcomes = new AtomicReferenceArray<>(pending.size());
        this.open = new AtomicInteger(pending.size() + 1);
        this.ending = ending;
        this.call = call;
    }

    /// Waits one after the other, on a thread that may.
    ///
    /// @return how the waits ended, in the order of `pending`
    public static List<WaitOutcome> await(
            List<Pending> pending, PartitionWait.Until until, long deadlineNanos, WaitCounts counts) {
        var outcomes = new ArrayList<WaitOutcome>(pending.size());
        counts.begin();
        try {
            for (Pending each : pending) {
                WaitOutcome outcome =
                        each.partition().await(until, each.leaderEpoch(), each.endOffset(), deadlineNanos);
                if (outcome instanceof WaitOutcome.TimedOut) counts.expire();
                outcomes.add(outcome);
            }
        } finally {
            counts.end();
        }
        return outcomes;
    }

    /// Answers `call` when all waits have ended, after `timeoutNanos` at the latest. On the event loop.
    public static void begin(
            List<Pending> pending,
            PartitionWait.Until until,
            long timeoutNanos,
            Ending ending,
            Call call,
            WaitCounts counts) {
        var waiting = new WaitingProduce(pending, ending, call, counts);
        counts.begin();
        for (int i = 0; i < pending.size(); i++) {
            int index = i;
            Pending each = pending.get(i);
            waiting.waits[i] = each.partition()
                    .begin(until, each.leaderEpoch(), each.endOffset(), outcome -> waiting.ended(index, outcome));
        }
        if (waiting.open.get() > 1) {
            call.slot().onConnectionClosed(waiting::expire);
            waiting.deadline = call.connection().onLoopAfter(timeoutNanos, waiting::timeOut);
        }
        if (waiting.open.decrementAndGet() == 0) waiting.answer();
    }

    private void ended(int index, WaitOutcome outcome) {
        outcomes.set(index, outcome);
        if (open.decrementAndGet() == 0) call.connection().onLoop(this::answer);
    }

    private void timeOut() {
        for (int i = 0; i < waits.length; i++) if (outcomes.get(i) == null) counts.expire();
        expire();
    }

    private void expire() {
        for (int i = 0; i < waits.length; i++) pending.get(i).partition().end(waits[i]);
    }

    private void answer() {
        counts.end();
        if (deadline != null) deadline.cancel(false);
        call.attempt(() -> call.answer(ending.response(outcomes())));
    }

    private List<WaitOutcome> outcomes() {
        var all = new WaitOutcome[waits.length];
        for (int i = 0; i < all.length; i++) all[i] = outcomes.get(i);
        return List.of(all);
    }
}
