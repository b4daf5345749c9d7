package barnabas.broker.quota;

import barnabas.base.Mutex;
import barnabas.config.QuotasConfig;
import java.util.Arrays;

/// A rate over the last windows of time, as Kafka shows it (`quota.window.num`, `quota.window.size.seconds`).
///
/// ```
/// |  window  |  window  | ... |  window  | now        rate = sum of all / time since the oldest began
/// ```
/// A rate that has just begun counts as if all but the last window had been there, without anything in them.
///
/// For any thread.
final class SampledRate {
    private final Mutex changes = new Mutex();
    private final double[] sums;
    private final long[] startMillis;
    private final long windowMillis;
    private int newest;
    private boolean begun;
    private long recordedMillis;

    SampledRate(QuotasConfig.ClientWindow windows) {
        int count = Math.max(2, windows.samples());
        this.sums = new double[count];
        this.startMillis = new long[count];
        this.windowMillis = Math.max(1, windows.sampleSeconds()) * 1_000L;
    }

    /// Adds to the present window.
    void record(double value, long nowMillis) {
        try (var _ = changes.hold()) {
            if (!begun) {
                begun = true;
                Arrays.fill(startMillis, nowMillis - spanMillis());
                startMillis[newest] = nowMillis;
            } else if (nowMillis - startMillis[newest] >= windowMillis) {
                newest = (newest + 1) % sums.length;
                sums[newest] = 0;
                startMillis[newest] = nowMillis;
            }
            sums[newest] += value;
            recordedMillis = nowMillis;
        }
    }

    private long spanMillis() {
        return windowMillis * sums.length;
    }

    private boolean counts(int window, long nowMillis) {
        return begun && nowMillis - startMillis[window] < spanMillis();
    }

    /// A second.
    double rate(long nowMillis) {
        try (var _ = changes.hold()) {
            double sum = 0;
            for (int i = 0; i < sums.length; i++) if (counts(i, nowMillis)) sum += sums[i];
            return sum * 1_000 / elapsedMillis(nowMillis);
        }
    }

    /// Time that the windows stand for.
    private double elapsedMillis(long nowMillis) {
        long elapsed = 0;
        for (int i = 0; i < sums.length; i++)
            if (counts(i, nowMillis)) elapsed = Math.max(elapsed, nowMillis - startMillis[i]);
        long missing = sums.length - 1 - elapsed / windowMillis;
        return missing > 0 ? elapsed + missing * windowMillis : elapsed;
    }

    /// Whether nothing was recorded within the windows.
    boolean isIdle(long nowMillis) {
        try (var _ = changes.hold()) {
            return !begun || nowMillis - recordedMillis >= spanMillis();
        }
    }
}
