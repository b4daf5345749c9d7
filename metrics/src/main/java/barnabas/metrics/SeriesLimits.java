package barnabas.metrics;

/// Bounds on samples for what clients name; 0 for none.
///
/// @param topics with samples of their own
/// @param partitions with samples of their own
/// @param offsets committed offsets with samples of their own
/// @param clientNumbers numbers that clients have pushed (KIP-714)
public record SeriesLimits(int topics, int partitions, int offsets, int clientNumbers) {
    /// Totals only.
    public static final SeriesLimits NONE = new SeriesLimits(0, 0, 0, 0);

    public static final SeriesLimits UNLIMITED =
            new SeriesLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
}
