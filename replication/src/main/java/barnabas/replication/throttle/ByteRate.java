package barnabas.replication.throttle;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// Bytes per second over the last windows, as Kafka measures a quota: the windows before the present one count in full
/// from the start, so that a burst of so many windows passes at first. Thread-safe.
final class ByteRate {
    private final long windowNanos;
    private final long[] bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final long startNanos;
    /// Number of the newest window, counted from the start.
    private long newest;

    /// @param windows at least 1
    ByteRate(int windows, int windowSeconds, long nowNanos) {
        this.windowNanos = Math.multiplyExact(windowSeconds, 1_000_000_000L);
        this.bytes = new long[windows];
        this.startNanos = nowNanos;
    }

    void record(long count, long nowNanos) {
        lock.lock();
        try {
            moveTo(nowNanos);
            bytes[slot(newest)] += count;
        } finally {
            lock.unlock();
        }
    }

    boolean exceeds(long bytesPerSecond, long nowNanos) {
        if (bytesPerSecond == Long.MAX_VALUE) return false;
        lock.lock();
        try {
            moveTo(nowNanos);
            long sum = Arrays.stream(bytes).sum();
            if (sum == 0) return false;
            long intoWindow = nowNanos - startNanos - newest * windowNanos;
            double seconds = (Math.max(1, (bytes.length - 1) * windowNanos) + Math.max(0, intoWindow)) / 1e9;
            return sum / seconds > bytesPerSecond;
        } finally {
            lock.unlock();
        }
    }

    private int slot(long window) {
        return (int) (window % bytes.length);
    }

    private void moveTo(long nowNanos) {
        long window = (nowNanos - startNanos) / windowNanos;
        if (window <= newest) return;
        if (window - newest >= bytes.length) Arrays.fill(bytes, 0);
        else for (long each = newest + 1; each <= window; each++) bytes[slot(each)] = 0;
        newest = window;
    }
}
