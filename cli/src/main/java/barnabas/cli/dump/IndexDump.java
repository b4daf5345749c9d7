package barnabas.cli.dump;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;

/// Prints the indexes that stand beside a segment.
///
/// ```
/// .index      offset - base int32 | position in the segment int32
/// .timeindex  timestamp int64 | offset - base int32
/// .txnindex   version int16 | producer id int64 | first offset int64 | last offset int64 | last stable offset int64
/// ```
final class IndexDump {
    private static final int ENTRIES_AT_ONCE = 1_024;

    private final PrintWriter out;
    private final long baseOffset;

    IndexDump(PrintWriter out, long baseOffset) {
        this.out = out;
        this.baseOffset = baseOffset;
    }

    private interface Entry {
        void print(ByteBuffer bytes, int at);
    }

    boolean offsets(DiskFile file) throws IOException {
        return print(
                file,
                8,
                (bytes, at) -> out.println(
                        "offset " + (baseOffset + bytes.getInt(at)) + "  position " + bytes.getInt(at + 4)));
    }

    boolean times(DiskFile file) throws IOException {
        return print(
                file,
                12,
                (bytes, at) -> out.println(SegmentDump.time(bytes.getLong(at)) + "  " + bytes.getLong(at) + "  offset "
                        + (baseOffset + bytes.getInt(at + 8))));
    }

    boolean transactions(DiskFile file) throws IOException {
        return print(
                file,
                34,
                (bytes, at) -> out.println("producer " + bytes.getLong(at + 2) + "  offsets "
                        + bytes.getLong(at + 10) + ".." + bytes.getLong(at + 18) + "  last stable offset "
                        + bytes.getLong(at + 26)));
    }

    private boolean print(DiskFile file, int entryBytes, Entry entry) throws IOException {
        long size = file.sizeBytes();
        var window = ByteBuffer.allocate(entryBytes * ENTRIES_AT_ONCE);
        long position = 0;
        while (position + entryBytes <= size) {
            window.clear();
            int read = file.read(window, position);
            int entries = read / entryBytes;
            if (entries == 0) break;
            for (int i = 0; i < entries; i++) {
                // Kafka makes the files of its active segment as large as they may become.
                if (isZero(window, i * entryBytes, entryBytes) && position + i > 0) {
                    out.println("(the rest is zero)");
                    return true;
                }
                entry.print(window, i * entryBytes);
            }
            position += (long) entries * entryBytes;
        }
        if (size % entryBytes == 0) return true;
        out.println("!! " + size % entryBytes + " bytes behind the last whole entry");
        return false;
    }

    private static boolean isZero(ByteBuffer bytes, int from, int count) {
        for (int i = from; i < from + count; i++) if (bytes.get(i) != 0) return false;
        return true;
    }
}
