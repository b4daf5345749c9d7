package barnabas.log.segment;

import barnabas.log.file.LazyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Positions of some batches of a segment: `<base offset>.index`.
///
/// ```
/// last offset of the batch - base offset of the segment  int32
/// position of the batch in the segment's file            int32
/// ```
public final class OffsetIndex extends IndexFile {
    private static final int ENTRY_BYTES = 8;

    private final long baseOffset;

    /// @param offset the last one of the batch at `position`
    public record Entry(long offset, int position) {}

    public OffsetIndex(LazyFile file, long baseOffset) {
        super(file, ENTRY_BYTES);
        this.baseOffset = baseOffset;
    }

    @Override
    long key(ByteBuffer entries, int position) {
        return entries.getInt(position);
    }

    public void add(long lastOffset, int position) {
        add(ByteBuffer.allocate(ENTRY_BYTES)
                .putInt((int) (lastOffset - baseOffset))
                .putInt(position)
                .flip());
    }

    public Entry at(int number) throws IOException {
        var entry = entry(number);
        return new Entry(baseOffset + entry.getInt(0), entry.getInt(4));
    }

    /// The last entry for an offset not above this one.
    public Optional<Entry> floorEntry(long offset) throws IOException {
        int number = floor(Math.min(Integer.MAX_VALUE, offset - baseOffset));
        return number < 0 ? Optional.empty() : Optional.of(at(number));
    }

    /// The number of the first entry whose batch starts at or after `position`; the count of entries when there is
    /// none.
    int firstAtOrAfterPosition(long position) throws IOException {
        int low = -1;
        int high = entries();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (at(middle).position() < position) low = middle;
            else high = middle;
        }
        return high;
    }

    Optional<Entry> last() throws IOException {
        int count = entries();
        return count == 0 ? Optional.empty() : Optional.of(at(count - 1));
    }
}
