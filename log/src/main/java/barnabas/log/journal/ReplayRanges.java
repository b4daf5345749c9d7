package barnabas.log.journal;

import java.util.Arrays;

/// Places in the journal of one partition's batches, by ascending offsets without overlap: plain arrays, as a
/// journal of small records has millions of entries.
final class ReplayRanges {
    private static final int COLUMNS = 4;
    private static final int BASE = 0;
    private static final int NEXT = 1;
    /// File index in the lowest bit, position in the others.
    private static final int PLACE = 2;
    private static final int BYTES = 3;

    private long[] cells = new long[COLUMNS * 4];
    private int count;

    int count() {
        return count;
    }

    long base(int index) {
        return cells[index * COLUMNS + BASE];
    }

    /// The offset after the last one that counts; a truncation may have cut the entry itself.
    long next(int index) {
        return cells[index * COLUMNS + NEXT];
    }

    int file(int index) {
        return (int) (cells[index * COLUMNS + PLACE] & 1);
    }

    long position(int index) {
        return cells[index * COLUMNS + PLACE] >>> 1;
    }

    int bytes(int index) {
        return (int) cells[index * COLUMNS + BYTES];
    }

    void add(long base, long next, int file, long position, int bytes) {
        cut(base);
        if (count * COLUMNS == cells.length) cells = Arrays.copyOf(cells, cells.length * 2);
        int at = count++ * COLUMNS;
        cells[at + BASE] = base;
        cells[at + NEXT] = next;
        cells[at + PLACE] = position << 1 | file;
        cells[at + BYTES] = bytes;
    }

    /// Forgets what lies at or above `offset`.
    void cut(long offset) {
        while (count > 0 && base(count - 1) >= offset) count--;
        if (count > 0 && next(count - 1) > offset) cells[(count - 1) * COLUMNS + NEXT] = offset;
    }

    /// True when the journal holds everything from `offset` to its last record of this partition, without a hole.
    boolean covers(long offset) {
        int at = firstEndingAfter(offset);
        if (at == count || base(at) > offset) return false;
        return holeAfter(at) == count - 1;
    }

    /// The last entry of those that follow one another without a hole, from `index` on.
    int holeAfter(int index) {
        int at = index;
        while (at + 1 < count && next(at) == base(at + 1)) at++;
        return at;
    }

    /// The number of entries that end at or below `offset`.
    int firstEndingAfter(long offset) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (next(middle) <= offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
