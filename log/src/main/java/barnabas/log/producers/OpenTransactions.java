package barnabas.log.producers;

import java.util.TreeMap;
import java.util.TreeSet;

/// The transactions that hold back the last stable offset: open ones, and those whose marker is not yet below the
/// high watermark. Thread-safe by its own monitor, so that a reader never waits for an append's write.
public final class OpenTransactions {
    private final TreeSet<Long> openFirstOffsets = new TreeSet<>();
    /// First offsets by the offset of the marker.
    private final TreeMap<Long, Long> ended = new TreeMap<>();
    private volatile boolean any;
    /// While the open ones are found out, nothing beyond is stable.
    private long ceiling = Long.MAX_VALUE;

    synchronized void open(long firstOffset) {
        openFirstOffsets.add(firstOffset);
        any = true;
    }

    synchronized void end(long firstOffset, long markerOffset) {
        openFirstOffsets.remove(firstOffset);
        ended.put(markerOffset, firstOffset);
    }

    /// The last stable offset as it is right behind the marker that ends the transaction at `firstOffset`.
    synchronized long stableAfter(long firstOffset, long markerOffset) {
        for (long open : openFirstOffsets) if (open != firstOffset) return open;
        return markerOffset + 1;
    }

    public long lastStableOffset(long highWatermark) {
        if (!any) return highWatermark;
        return slowLastStableOffset(highWatermark);
    }

    private synchronized long slowLastStableOffset(long highWatermark) {
        long stable = highWatermark;
        if (!openFirstOffsets.isEmpty()) stable = Math.min(stable, openFirstOffsets.getFirst());
        // markers may be replicated in any number of steps, but below the high watermark they stay
        ended.headMap(highWatermark).clear();
        for (long firstOffset : ended.values()) stable = Math.min(stable, firstOffset);
        any = !openFirstOffsets.isEmpty() || !ended.isEmpty() || ceiling < Long.MAX_VALUE;
        return Math.min(stable, ceiling);
    }

    /// The log was cut: open transactions are collected again, and only markers before `endOffset` are still there.
    synchronized void cut(long endOffset) {
        any = true;
        ceiling = Math.min(ceiling, endOffset);
        if (!openFirstOffsets.isEmpty()) ceiling = Math.min(ceiling, openFirstOffsets.getFirst());
        for (long firstOffset : ended.tailMap(endOffset).values()) ceiling = Math.min(ceiling, firstOffset);
        openFirstOffsets.clear();
        ended.tailMap(endOffset).clear();
    }

    /// All that are open are known again, until the next [#cut].
    synchronized void known() {
        ceiling = Long.MAX_VALUE;
    }
}
