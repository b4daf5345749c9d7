package barnabas.log.segment;

import barnabas.base.Check;
import barnabas.base.Mutex;
import barnabas.log.file.LazyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Entries of a fixed size with ascending keys: the older ones in a file, the newest in memory until there are enough
/// of them to be worth a write. Not memory-mapped, so an idle index costs this object only.
///
/// Owner: the partition's lock for everything that changes; lookups come from any thread. They see every entry that
/// was added before they started; if the index is cut meanwhile they may return an entry that is gone, so positions
/// are checked against the log.
public abstract class IndexFile {
    /// Entries that wait in memory before they are written together.
    private static final int TAIL_ENTRIES = 512;
    /// Entries that are read at once when a search in the file has come down to a few.
    private static final int BLOCK_ENTRIES = 512;
    private static final int UNKNOWN = -1;

    private final LazyFile file;
    private final int entryBytes;
    private final Mutex mutex = new Mutex();

    private int entriesInFile = UNKNOWN;
    private byte[] tail = new byte[0];
    private int tailEntries;
    /// A write failed: the file may have entries that are in memory still, and can be cut there.
    private boolean untidy;

    IndexFile(LazyFile file, int entryBytes) {
        this.file = file;
        this.entryBytes = entryBytes;
    }

    /// The key of the entry at this position.
    abstract long key(ByteBuffer entries, int position);

    /// Locks the entries, for as long as the caller looks at more than one of them.
    final Mutex hold() {
        return mutex.hold();
    }

    final LazyFile file() {
        return file;
    }

    public final int entries() throws IOException {
        try (var _ = hold()) {
            return inFile() + tailEntries;
        }
    }

    public final long sizeBytes() throws IOException {
        return (long) entries() * entryBytes;
    }

    private int inFile() throws IOException {
        try (var _ = hold()) {
            // a torn write leaves part of an entry at the end, which the next write replaces
            if (entriesInFile == UNKNOWN) entriesInFile = (int) (file.sizeBytes() / entryBytes);
            return entriesInFile;
        }
    }

    /// Adds the bytes of an entry.
    public final void add(ByteBuffer entry) {
        try (var _ = hold()) {
            Check.that(
                    entry.remaining() == entryBytes, "index entry of %d bytes, not %d", entry.remaining(), entryBytes);
            int used = tailEntries * entryBytes;
            if (used + entryBytes > tail.length)
                tail = Arrays.copyOf(
                        tail, Math.max(8 * entryBytes, Math.min(tail.length * 2, used + 256 * entryBytes)));
            entry.get(entry.position(), tail, used, entryBytes);
            tailEntries++;
        }
    }

    /// True when the entries in memory should be written.
    final boolean isTailLarge() {
        try (var _ = hold()) {
            return tailEntries >= TAIL_ENTRIES;
        }
    }

    public final boolean hasTail() {
        try (var _ = hold()) {
            return tailEntries > 0 || untidy;
        }
    }

    /// Moves the entries in memory to the file. After a failure they are still in memory.
    final void writeTail() throws IOException {
        try (var _ = hold()) {
            if (tailEntries == 0 && !untidy) return;
            int before = inFile();
            if (untidy && file.exists()) truncate((long) before * entryBytes);
            untidy = false;
            if (tailEntries == 0) return;
            untidy = true; // until all entries are written
            var opened = file.acquireForWriting();
            try {
                opened.write(ByteBuffer.wrap(tail, 0, tailEntries * entryBytes), (long) before * entryBytes);
                untidy = false;
            } finally {
                file.release();
            }
            entriesInFile = before + tailEntries;
            tailEntries = 0;
            tail = new byte[0];
        }
    }

    /// Writes and forces everything.
    public final void flush() throws IOException {
        writeTail();
        file.force();
    }

    /// Keeps the first entries only.
    public void cut(int keep) throws IOException {
        try (var _ = hold()) {
            int before = inFile();
            if (keep >= before + tailEntries) return;
            if (keep >= before) {
                tailEntries = keep - before;
                return;
            }
            // the file first: when that fails, it is cut with the next attempt
            if (file.exists()) truncate((long) keep * entryBytes);
            untidy = false;
            tailEntries = 0;
            entriesInFile = keep;
        }
    }

    private void truncate(long bytes) throws IOException {
        var opened = file.acquire();
        try {
            opened.truncate(bytes);
        } finally {
            file.release();
        }
    }

    /// The entry with this number, from 0.
    final ByteBuffer entry(int number) throws IOException {
        try (var _ = hold()) {
            int before = inFile();
            if (number >= before) {
                // cut meanwhile: as zeros, which the caller checks against the log like all entries
                if (number - before >= tailEntries) return ByteBuffer.allocate(entryBytes);
                int from = (number - before) * entryBytes;
                return ByteBuffer.wrap(Arrays.copyOfRange(tail, from, from + entryBytes));
            }
        }
        return read(number, 1);
    }

    /// The number of the last entry whose key is at most `key`, -1 when there is none.
    public final int floor(long key) throws IOException {
        int before;
        try (var _ = hold()) {
            before = inFile();
            if (tailEntries > 0) {
                var entries = ByteBuffer.wrap(tail);
                if (before == 0 || key(entries, 0) <= key) return before + floor(entries, tailEntries, key);
            }
        }
        int low = 0;
        int high = before;
        while (high - low > BLOCK_ENTRIES) {
            int middle = (low + high) >>> 1;
            if (key(read(middle, 1), 0) <= key) low = middle;
            else high = middle;
        }
        if (low == high) return -1;
        int found = floor(read(low, high - low), high - low, key);
        return found < 0 ? low - 1 : low + found;
    }

    private int floor(ByteBuffer entries, int count, long key) {
        int low = -1;
        int high = count;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (key(entries, middle * entryBytes) <= key) low = middle;
            else high = middle;
        }
        return low;
    }

    private ByteBuffer read(int number, int count) throws IOException {
        var entries = ByteBuffer.allocate(count * entryBytes);
        var opened = file.acquire();
        try {
            // an index that is cut while it is searched reads as zeros: the caller checks what it finds against the
            // log
            opened.read(entries, (long) number * entryBytes);
        } finally {
            file.release();
        }
        return entries.clear();
    }
}
