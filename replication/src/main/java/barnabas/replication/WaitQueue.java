package barnabas.replication;

import barnabas.base.Check;
import org.jspecify.annotations.Nullable;

/// Waits of one partition in the order of their offsets: a linked list, since they mostly come in that order and leave
/// from the front, or from anywhere when their time is up. Owner: the lock of its [Partition].
final class WaitQueue {
    /// Beyond it a wait ends at once, as one that timed out.
    static final int WAITS_MAX = 65_536;

    private @Nullable PartitionWait first;
    private @Nullable PartitionWait last;
    private int size;

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    /// False when the queue is full.
    boolean add(PartitionWait wait) {
        if (size == WAITS_MAX) return false;
        Check.that(wait.queue == null, "a wait that is queued already");
        PartitionWait before = last;
        while (before != null && before.offset > wait.offset) before = before.before;
        PartitionWait after = before == null ? first : before.after;
        wait.before = before;
        wait.after = after;
        wait.queue = this;
        if (before == null) first = wait;
        else before.after = wait;
        if (after == null) last = wait;
        else after.before = wait;
        size++;
        return true;
    }

    void remove(PartitionWait wait) {
        Check.that(wait.queue == this, "a wait of another queue");
        if (wait.before == null) first = wait.after;
        else wait.before.after = wait.after;
        if (wait.after == null) last = wait.before;
        else wait.after.before = wait.before;
        wait.before = null;
        wait.after = null;
        wait.queue = null;
        size--;
    }

    /// Takes out the waits for offsets up to `reached` and decides them.
    ///
    /// @param more waits that were taken out already
    /// @return all in a chain by [PartitionWait#after], null for none
    @Nullable
    PartitionWait end(long reached, WaitOutcome outcome, @Nullable PartitionWait more) {
        PartitionWait lastEnded = null;
        PartitionWait firstEnded = first;
        PartitionWait next = first;
        while (next != null && next.offset <= reached) {
            next.decide(outcome);
            next.before = null;
            next.queue = null;
            size--;
            lastEnded = next;
            next = next.after;
        }
        if (lastEnded == null) return more;
        lastEnded.after = more;
        first = next;
        if (next == null) last = null;
        else next.before = null;
        return firstEnded;
    }

    /// Calls the listeners of waits that [#end] took out, without the partition's lock.
    static void announce(@Nullable PartitionWait first) {
        PartitionWait wait = first;
        while (wait != null) {
            PartitionWait next = wait.after;
            wait.after = null;
            wait.announce();
            wait = next;
        }
    }
}
