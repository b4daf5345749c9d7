package barnabas.log.partition;

/// Positions of the last few batches of a log, so that a reader at its tail needs no index, and, more coarsely, of
/// the batches that are still in the page cache. Rings under one monitor, held for memory work only.
final class RecentBatches {
    private static final int BATCHES = 64;
    /// Marks are this far apart: together they reach back 16 MB.
    private static final int MARK_BYTES = 256 << 10;

    private static final int MARKS = 64;

    private final long[] baseOffsets = new long[BATCHES];
    private final long[] endOffsets = new long[BATCHES];
    private final int[] positions = new int[BATCHES];
    private long segment = -1;
    private int next;
    private int count;

    private final long[] markOffsets = new long[MARKS];
    private final int[] markPositions = new int[MARKS];
    private int nextMark;
    private int marks;

    /// @param batchEnd the offset after the batch
    synchronized void add(long segmentBaseOffset, long baseOffset, int position, long batchEnd) {
        if (segment != segmentBaseOffset) {
            segment = segmentBaseOffset;
            count = 0;
            marks = 0;
        }
        baseOffsets[next] = baseOffset;
        positions[next] = position;
        endOffsets[next] = batchEnd;
        next = (next + 1) % BATCHES;
        if (count < BATCHES) count++;
        mark(baseOffset, position);
    }

    private void mark(long baseOffset, int position) {
        if (marks > 0 && position - markPositions[(nextMark - 1 + MARKS) % MARKS] < MARK_BYTES) return;
        markOffsets[nextMark] = baseOffset;
        markPositions[nextMark] = position;
        nextMark = (nextMark + 1) % MARKS;
        if (marks < MARKS) marks++;
    }

    /// True when the record was appended here, not long ago and at or after the position.
    synchronized boolean covers(long segmentBaseOffset, long offset, long fromPosition) {
        if (segment != segmentBaseOffset) return false;
        for (int i = 1; i <= marks; i++) {
            int slot = (nextMark - i + MARKS) % MARKS;
            if (markPositions[slot] < fromPosition) return false;
            if (markOffsets[slot] <= offset) return true;
        }
        return false;
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

    /// Forgets the batches unless they are of this segment: another one is about to be written under its name.
    synchronized void keepOnly(long segmentBaseOffset) {
        if (segment != segmentBaseOffset) clear();
    }

    synchronized void clear() {
        segment = -1;
        count = 0;
        marks = 0;
    }
}
