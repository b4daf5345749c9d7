package barnabas.bench.load;

/// Told of records that a consumer has received, in order, on the consumer's thread.
@FunctionalInterface
public interface OnRecords {
    /// Both offsets are inclusive.
    void at(long firstOffset, long lastOffset);
}
