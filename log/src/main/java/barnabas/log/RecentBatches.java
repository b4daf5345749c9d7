package barnabas.log;

/// Where the last few batches of a log lie, so that a reader at its tail needs no index. A ring under its own
/// monitor, held for memory work only.
final class RecentBatches {
    private static final int BATCHES = 64;

    private final long[] baseOffsets = new long[BATCHES];
    private final long[] endOffsets = new long[BATCHES];
    private final int[] positions = new int[BATCHES];
    private long segment = -1;
    private int next;
    private int count;

    /// @param batchEnd the offset after the batch
    synchronized void add(long segmentBaseOffset, long baseOffset, int position, long batchEnd) {
        if (segment != segmentBaseOffset) {
            segment = segmentBaseOffset;
            count = 0;
        }
        baseOffsets[next] = baseOffset;
        positions[next] = position;
        endOffsets[next] = batchEnd;
        next = (next + 1) % BATCHES;
        if (count < BATCHES) count++;
    }

    /// The position of the batch in this segment that holds `offset` or, in a gap, of the first one after it; -1 when
    /// that is not among the recent ones.
    synchronized int positionOf(long segmentBaseOffset, long offset) {
        if (segment != segmentBaseOffset) return -1;
        int after = -1;
        for (int i = 1; i <= count; i++) {
            int slot = (next - i + BATCHES) % BATCHES;
            if (endOffsets[slot] <= offset) return after;
            if (baseOffsets[slot] <= offset) return positions[slot];
            after = positions[slot];
        }
        return -1;
    }

    synchronized void clear() {
        segment = -1;
        count = 0;
    }
}
