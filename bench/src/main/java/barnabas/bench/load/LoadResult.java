package barnabas.bench.load;

import org.HdrHistogram.Histogram;

/// Counts of a load generator.
///
/// @param requests how many were sent and answered without error
/// @param valueBytes the bytes of record values in them, uncompressed
/// @param elapsedNanos from the first intended send to the last answer
/// @param latencyNanos from the intended send time to the answer; in closed loops from when it was sent
public record LoadResult(long requests, long valueBytes, long elapsedNanos, Histogram latencyNanos) {
    public static Histogram newHistogram() {
        return new Histogram(1_000, 60_000_000_000L, 3);
    }

    public double gigabytes() {
        return valueBytes / 1e9;
    }

    public double requestsPerSecond() {
        return requests * 1e9 / elapsedNanos;
    }
}
