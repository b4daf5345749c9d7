package barnabas.log.segment;

import barnabas.base.Check;
import java.util.Arrays;
import java.util.List;

/// The segments of a log in the order of their offsets: an immutable value, replaced when one comes or goes. There is
/// always at least one; the last is the active one.
public final class Segments {
    private final Segment[] all;

    private Segments(Segment[] all) {
        this.all = all;
    }

    public static Segments of(List<Segment> ordered) {
        Check.that(!ordered.isEmpty(), "a log has at least one segment");
        return new Segments(ordered.toArray(new Segment[0]));
    }

    public int count() {
        return all.length;
    }

    public Segment at(int index) {
        return all[index];
    }

    public Segment first() {
        return all[0];
    }

    public Segment active() {
        return all[all.length - 1];
    }

    public List<Segment> list() {
        return List.of(all);
    }

    /// The index of the segment that holds the offset, -1 when it lies before the first.
    public int indexOf(long offset) {
        int low = -1;
        int high = all.length;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (all[middle].baseOffset() <= offset) low = middle;
            else high = middle;
        }
        return low;
    }

    /// End of the segment's offsets: the base of the next one, or the end of the log.
    public long endOf(int index, long logEndOffset) {
        return index + 1 < all.length ? all[index + 1].baseOffset() : logEndOffset;
    }

    public long sizeBytes() {
        long size = 0;
        for (var segment : all) size += segment.sizeBytes();
        return size;
    }

    public Segments with(Segment added) {
        var longer = Arrays.copyOf(all, all.length + 1);
        longer[all.length] = added;
        return new Segments(longer);
    }

    public Segments without(int firstCount) {
        return new Segments(Arrays.copyOfRange(all, firstCount, all.length));
    }

    /// With one segment in the place of those from `from` to before `to`.
    public Segments replacing(int from, int to, Segment by) {
        var changed = new Segment[all.length - (to - from) + 1];
        System.arraycopy(all, 0, changed, 0, from);
        changed[from] = by;
        System.arraycopy(all, to, changed, from + 1, all.length - to);
        return new Segments(changed);
    }

    /// The index of this very segment, -1 when it is not here any more.
    public int indexOf(Segment segment) {
        int index = indexOf(segment.baseOffset());
        return index >= 0 && all[index] == segment ? index : -1;
    }

    public Segments upTo(int count) {
        return new Segments(Arrays.copyOf(all, count));
    }
}
