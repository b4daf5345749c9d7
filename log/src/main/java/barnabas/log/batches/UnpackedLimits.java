package barnabas.log.batches;

import barnabas.log.LogConfig;

/// Bytes that the records of a compressed batch may take once they are decompressed. A megabyte can stand for
/// thirty gigabytes, so the size of the batch alone bounds neither memory nor time.
///
/// @param batchBytes all records of a batch together
/// @param recordBytes one record; readers that need keys and values hold one at a time
public record UnpackedLimits(long batchBytes, long recordBytes) {
    /// More than the event loop of a connection may decompress between two other requests: some two milliseconds.
    static final long ON_LOOP_BYTES_MAX = 512 << 10;

    /// A larger batch than this goes to another thread at once instead of being begun on the loop.
    static final int ON_LOOP_PACKED_BYTES_MAX = 128 << 10;

    /// A search by time unpacks one batch up to this much. A larger one is answered by its first offset, which is not
    /// behind the record that was meant.
    public static final long SEARCH_BYTES_MAX = 64L << 20;

    private static final long BATCH_BYTES_MIN = 64L << 20;
    private static final long BATCH_BYTES = 256L << 20;
    private static final int EXPANSION_MAX = 16;
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    /// For a whole batch 256 MB, or 16 times `max.message.bytes` if that is more, but at most a quarter of the heap;
    /// for one record `max.decompressed.message.bytes`, but at most an eighth of the heap.
    static UnpackedLimits of(LogConfig config) {
        return of(config.maxMessageBytes(), config.maxDecompressedBytes(), HEAP_BYTES);
    }

    static UnpackedLimits of(int maxMessageBytes, long maxDecompressedBytes, long heapBytes) {
        long wanted = Math.max(BATCH_BYTES, (long) maxMessageBytes * EXPANSION_MAX);
        return new UnpackedLimits(
                Math.max(BATCH_BYTES_MIN, Math.min(wanted, heapBytes / 4)),
                Math.min(maxDecompressedBytes, heapBytes / 8));
    }

    /// Size up to which everything is inside both limits.
    long smaller() {
        return Math.min(batchBytes, recordBytes);
    }

    /// For batches that are in the log already, whatever the topic's limit was when they came.
    public static UnpackedLimits ofStored() {
        return of(Integer.MAX_VALUE, Integer.MAX_VALUE, HEAP_BYTES);
    }
}
