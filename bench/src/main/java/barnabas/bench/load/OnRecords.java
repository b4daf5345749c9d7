package barnabas.bench.load;

/// Receives the records of a consumer, in order, on the consumer's thread.
@FunctionalInterface
public interface OnRecords {
    /// Both offsets are inclusive.
    void at(long firstOffset, long lastOffset);
}
