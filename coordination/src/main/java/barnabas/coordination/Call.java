package barnabas.coordination;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.protocol.ErrorCode;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request on its way through a shard, and the receiver of its answer: a thread in [#await], or a consumer.
public final class Call<R> implements Ticket<R> {
    private final Function<ErrorCode, R> refusal;
    private final @Nullable Consumer<? super R> consumer;
    private volatile @Nullable R answer;
    private volatile @Nullable Thread waiter;

    private Call(Function<ErrorCode, R> refusal, @Nullable Consumer<? super R> consumer) {
        this.refusal = refusal;
        this.consumer = consumer;
    }

    /// A call that one thread will [#await].
    public static <R> Call<R> awaited(Function<ErrorCode, R> refusal) {
        return new Call<>(refusal, null);
    }

    /// A call whose answer is handed to `consumer`, on the shard's thread.
    public static <R> Call<R> handedTo(Consumer<? super R> consumer, Function<ErrorCode, R> refusal) {
        return new Call<>(refusal, consumer);
    }

    @Override
    public R refusal(ErrorCode error) {
        return refusal.apply(error);
    }

    /// The first answer counts: one that comes after a refusal (a commit that took too long) is dropped.
    void complete(R value) {
        if (answer != null) return;
        answer = value;
        if (consumer != null) consumer.accept(value);
        Thread waiting = waiter;
        if (waiting != null) LockSupport.unpark(waiting);
    }

    /// Answers a call that never gets to a shard.
    public void refuseNow(ErrorCode error) {
        complete(refusal.apply(error));
    }

    /// Waits for the answer; the refusal COORDINATOR_NOT_AVAILABLE when it does not come in time or the thread
    /// is interrupted, which it then still is.
    public R await(Clock clock, long timeoutMillis) {
        Check.that(consumer == null, "a call is awaited or handed to a consumer, not both");
        waiter = Thread.currentThread();
        var deadline = Deadline.inMillis(timeoutMillis, clock);
        while (true) {
            R value = answer;
            if (value != null) return value;
            if (deadline.passed() || Thread.currentThread().isInterrupted())
                return refusal.apply(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            deadline.park(this);
        }
    }
}
