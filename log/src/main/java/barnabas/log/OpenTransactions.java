package barnabas.log;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.TreeSet;

/// The transactions that hold back the last stable offset: open ones, and those whose marker is not yet below the
/// high watermark.
/// Thread-safe by its own monitor, so that a reader never waits for an append's write.
final class OpenTransactions {
    private final TreeSet<Long> openFirstOffsets = new TreeSet<>();
    /// In the order of their markers.
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private volatile boolean any;

    private record Ended(long firstOffset, long markerOffset) {}

    synchronized void open(long firstOffset) {
        openFirstOffsets.add(firstOffset);
        any = true;
    }

    synchronized void end(long firstOffset, long markerOffset) {
        openFirstOffsets.remove(firstOffset);
        ended.add(new Ended(firstOffset, markerOffset));
    }

    /// The last stable offset as it is right behind the marker that ends the transaction at `firstOffset`.
    synchronized long stableAfter(long firstOffset, long markerOffset) {
        for (long open : openFirstOffsets) if (open != firstOffset) return open;
        return markerOffset + 1;
    }

    long lastStableOffset(long highWatermark) {
        if (!any) return highWatermark;
        return slowLastStableOffset(highWatermark);
    }

    private synchronized long slowLastStableOffset(long highWatermark) {
        long stable = highWatermark;
        if (!openFirstOffsets.isEmpty()) stable = Math.min(stable, openFirstOffsets.getFirst());
        // markers may be replicated in any number of steps, but below the high watermark they stay
        for (Iterator<Ended> each = ended.iterator(); each.hasNext(); ) {
            var transaction = each.next();
            if (transaction.markerOffset() < highWatermark) each.remove();
            else stable = Math.min(stable, transaction.firstOffset());
        }
        any = !openFirstOffsets.isEmpty() || !ended.isEmpty();
        return stable;
    }

    synchronized void clear() {
        openFirstOffsets.clear();
        ended.clear();
        any = false;
    }
}
