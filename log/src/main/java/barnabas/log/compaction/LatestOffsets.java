package barnabas.log.compaction;

import java.util.Arrays;

/// The offset of the newest record of each key, keys by their 128-bit hash, in bounded memory: 24 bytes a slot. It
/// starts small and grows with the keys, one of its tables after the other, so that growing needs little on top.
/// Owned by one thread.
///
/// ```
/// slot: hash, low half int64 | hash, high half int64 | offset + 1 int64, 0: free
/// ```
public final class LatestOffsets {
    public static final long NONE = -1;

    private static final int TABLES = 64;
    private static final int SLOT_LONGS = 3;
    private static final int SLOT_BYTES = SLOT_LONGS * 8;
    private static final int SLOTS_AT_FIRST = 64;
    private static final int SLOTS_MAX_PER_TABLE = Integer.MAX_VALUE / SLOT_BYTES;
    /// As long as there is memory to grow: probing stays short.
    private static final double COMFORTABLE_LOAD = 0.7;

    private final long slotsMax;
    private final double loadMax;
    private final long[][] tables = new long[TABLES][];
    private final int[] used = new int[TABLES];
    private long slots;
    private long size;
    private long latest = NONE;

    /// @param bytesMax what all tables together may take
    /// @param loadMax how full they may become when they cannot grow any more, below 1
    public LatestOffsets(long bytesMax, double loadMax) {
        this.slotsMax = Math.max((long) TABLES * SLOTS_AT_FIRST, bytesMax / SLOT_BYTES);
        this.loadMax = Math.clamp(loadMax, 0.1, 0.95);
        clear();
    }

    /// Forgets everything and gives the memory back.
    public void clear() {
        for (int i = 0; i < TABLES; i++) tables[i] = new long[SLOTS_AT_FIRST * SLOT_LONGS];
        Arrays.fill(used, 0);
        slots = (long) TABLES * SLOTS_AT_FIRST;
        size = 0;
        latest = NONE;
    }

    /// @return false when there is no room for another key
    public boolean put(long high, long low, long offset) {
        int number = (int) (high >>> 58);
        var table = tables[number];
        int slot = find(table, high, low);
        if (table[slot + 2] == 0) {
            if (used[number] + 1 > (long) (slotsIn(table) * COMFORTABLE_LOAD)) {
                grow(number);
                table = tables[number];
                if (used[number] + 1 > (long) (slotsIn(table) * loadMax)) return false;
                slot = find(table, high, low);
            }
            table[slot] = low;
            table[slot + 1] = high;
            used[number]++;
            size++;
        }
        table[slot + 2] = offset + 1;
        latest = Math.max(latest, offset);
        return true;
    }

    /// The newest offset of the key, [#NONE] when it is not here.
    public long offsetOf(long high, long low) {
        var table = tables[(int) (high >>> 58)];
        return table[find(table, high, low) + 2] - 1;
    }

    /// Slot of the key, or the free slot for it.
    private static int find(long[] table, long high, long low) {
        int count = slotsIn(table);
        int slot = (int) Math.unsignedMultiplyHigh(low, count);
        while (true) {
            int at = slot * SLOT_LONGS;
            if (table[at + 2] == 0 || (table[at] == low && table[at + 1] == high)) return at;
            slot++;
            if (slot == count) slot = 0;
        }
    }

    private static int slotsIn(long[] table) {
        return table.length / SLOT_LONGS;
    }

    private void grow(int number) {
        var before = tables[number];
        int now = slotsIn(before);
        long wanted = Math.min(SLOTS_MAX_PER_TABLE, now + now / 2L);
        // both are there while the keys move
        long affordable = slotsMax - slots;
        if (affordable < wanted) return;
        var after = new long[(int) wanted * SLOT_LONGS];
        for (int at = 0; at < before.length; at += SLOT_LONGS) {
            if (before[at + 2] == 0) continue;
            System.arraycopy(before, at, after, find(after, before[at + 1], before[at]), SLOT_LONGS);
        }
        tables[number] = after;
        slots += wanted - now;
    }

    /// Everything up to this offset has been looked at, with or without a key.
    public void reached(long offset) {
        latest = Math.max(latest, offset);
    }

    /// The last offset that was looked at: records behind it are not known here.
    public long latest() {
        return latest;
    }

    public long size() {
        return size;
    }

    public long sizeBytes() {
        return slots * SLOT_BYTES;
    }
}
