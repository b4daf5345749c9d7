package barnabas.broker.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// At most one log line a second about something that clients can cause at will. Thread-safe.
final class LineRate {
    static final long LEFT_OUT = -1;
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nextNanos;
    private final AtomicLong leftOut = new AtomicLong();

    LineRate(long nowNanos) {
        this.nextNanos = new AtomicLong(nowNanos);
    }

    /// Takes a line.
    ///
    /// @return how many were left out since the last one; [#LEFT_OUT] when this one is
    long take(long nowNanos) {
        long next = nextNanos.get();
        if (nowNanos - next < 0 || !nextNanos.compareAndSet(next, nowNanos + LINE_NANOS)) {
            leftOut.incrementAndGet();
            return LEFT_OUT;
        }
        return leftOut.getAndSet(0);
    }
}
