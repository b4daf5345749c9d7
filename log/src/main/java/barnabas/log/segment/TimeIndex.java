package barnabas.log.segment;

import barnabas.log.file.LazyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The largest timestamps of a segment in ascending order: `<base offset>.timeindex`. Both columns ascend.
///
/// ```
/// largest timestamp so far                                         int64
/// last offset of the batch that brought it - base of the segment   int32
/// ```
public final class TimeIndex extends IndexFile {
    private static final int ENTRY_BYTES = 12;

    private final long baseOffset;
    /// The last entry, read at its first use: an append must not need a file for it. Owner: the lock of the entries.
    private @Nullable Entry last;

    /// @param offset the last one of the batch whose largest timestamp this is
    public record Entry(long timestamp, long offset) {}

    TimeIndex(LazyFile file, long baseOffset) {
        super(file, ENTRY_BYTES);
        this.baseOffset = baseOffset;
    }

    @Override
    long key(ByteBuffer entries, int position) {
        return entries.getLong(position);
    }

    void add(long timestamp, long offset) {
        try (var _ = hold()) {
            last = new Entry(timestamp, offset);
            add(ByteBuffer.allocate(ENTRY_BYTES)
                    .putLong(timestamp)
                    .putInt((int) (offset - baseOffset))
                    .flip());
        }
    }

    Entry at(int number) throws IOException {
        var entry = entry(number);
        return new Entry(entry.getLong(0), baseOffset + entry.getInt(8));
    }

    /// The last entry whose timestamp is not above this one.
    Optional<Entry> floorEntry(long timestamp) throws IOException {
        int number = floor(timestamp);
        return number < 0 ? Optional.empty() : Optional.of(at(number));
    }

    Optional<Entry> last() throws IOException {
        try (var _ = hold()) {
            int count = entries();
            if (count == 0) return Optional.empty();
            var found = last;
            if (found == null) last = found = at(count - 1);
            return Optional.of(found);
        }
    }

    @Override
    public void cut(int keep) throws IOException {
        try (var _ = hold()) {
            last = null;
            super.cut(keep);
        }
    }
}
