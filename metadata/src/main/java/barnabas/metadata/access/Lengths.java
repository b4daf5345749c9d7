package barnabas.metadata.access;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Immutable bag of small numbers of which few differ, as the lengths of many prefixes do.
final class Lengths {
    static final Lengths NONE = new Lengths(new int[0], new int[0]);

    private final int[] lengths;
    private final int[] counts;

    private Lengths(int[] lengths, int[] counts) {
        this.lengths = lengths;
        this.counts = counts;
    }

    boolean isEmpty() {
        return lengths.length == 0;
    }

    /// Each number once, ascending. Not to be changed.
    int[] all() {
        return lengths;
    }

    Lengths with(int length) {
        int at = Arrays.binarySearch(lengths, length);
        if (at >= 0) return counted(at, 1);
        int place = -at - 1;
        return new Lengths(inserted(lengths, place, length), inserted(counts, place, 1));
    }

    /// @param length one that is there
    Lengths without(int length) {
        int at = Arrays.binarySearch(lengths, length);
        if (at < 0 || counts[at] > 1) return at < 0 ? this : counted(at, -1);
        return new Lengths(removed(lengths, at), removed(counts, at));
    }

    private Lengths counted(int at, int change) {
        int[] changed = counts.clone();
        changed[at] += change;
        return new Lengths(lengths, changed);
    }

    private static int[] inserted(int[] from, int at, int value) {
        int[] to = new int[from.length + 1];
        System.arraycopy(from, 0, to, 0, at);
        to[at] = value;
        System.arraycopy(from, at, to, at + 1, from.length - at);
        return to;
    }

    private static int[] removed(int[] from, int at) {
        int[] to = new int[from.length - 1];
        System.arraycopy(from, 0, to, 0, at);
        System.arraycopy(from, at + 1, to, at, to.length - at);
        return to;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lengths that
                && Arrays.equals(lengths, that.lengths)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lengths) + 31 * Arrays.hashCode(counts);
    }
}
