package barnabas.log.journal;

import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The bytes of a journal file. Every number is big-endian.
///
/// ```
/// file     one page with the header, then groups, each at a multiple of 4096
///
/// header   0  4  "BJNL"
///          4  4  CRC-32C of bytes 8 to 28
///          8  4  version: 1
///         12  8  generation: counts up with every reuse of a file, over both files
///         20  4  1 when the groups of this generation count, 0 when there is nothing to replay
///         24  4  0
///
/// group    0  4  "BJGR"
///          4  4  CRC-32C of everything from byte 8 to the end of the last entry
///          8  8  generation, the header's
///         16  8  number, one more than the group's before, over both files
///         24  4  bytes of the entries
///         28  4  count of the entries
///         32     entries, then zeros up to the next multiple of 4096
///
/// entry    0  1  1 batches, 2 truncation
///          1 16  topic id
///         17  4  partition
///         21  4  bytes that follow
///         25     batches as they are in the partition's file; or 8 bytes: the offset at which the log was cut
/// ```
final class JournalFormat {
    static final int PAGE_BYTES = 4096;
    static final int FILE_HEADER_BYTES = 28;
    static final int GROUP_HEADER_BYTES = 32;
    static final int ENTRY_HEADER_BYTES = 25;
    static final int VERSION = 1;
    static final byte BATCHES = 1;
    static final byte TRUNCATION = 2;
    private static final int FILE_MAGIC = 0x424A4E4C;
    private static final int GROUP_MAGIC = 0x424A4752;
    private static final int CHECKED_FROM = 8;

    private JournalFormat() {}

    record FileHeader(int version, long generation, boolean inUse) {
        static final FileHeader NONE = new FileHeader(VERSION, 0, false);
    }

    record GroupHeader(long generation, long number, int entryBytes, int entries) {}

    static ByteBuffer encode(FileHeader header) {
        var page = ByteBuffer.allocate(PAGE_BYTES);
        page.putInt(0, FILE_MAGIC).putInt(8, header.version).putLong(12, header.generation);
        page.putInt(20, header.inUse ? 1 : 0);
        return page.putInt(4, crc(page, CHECKED_FROM, FILE_HEADER_BYTES));
    }

    /// Null when the page holds no header that was written as a whole.
    static @Nullable FileHeader fileHeader(ByteBuffer page) {
        if (page.limit() < FILE_HEADER_BYTES || page.getInt(0) != FILE_MAGIC) return null;
        if (page.getInt(4) != crc(page, CHECKED_FROM, FILE_HEADER_BYTES)) return null;
        return new FileHeader(page.getInt(8), page.getLong(12), page.getInt(20) == 1);
    }

    /// Completes a group whose entries are in the buffer behind the place for its header.
    static void seal(ByteBuffer group, long generation, long number, int entries) {
        int end = group.position();
        group.putInt(0, GROUP_MAGIC).putLong(8, generation).putLong(16, number);
        group.putInt(24, end - GROUP_HEADER_BYTES).putInt(28, entries);
        group.putInt(4, crc(group, CHECKED_FROM, end));
    }

    /// Null when there is no group at the buffer's start; its entries are not checked.
    static @Nullable GroupHeader groupHeader(ByteBuffer bytes) {
        if (bytes.limit() < GROUP_HEADER_BYTES || bytes.getInt(0) != GROUP_MAGIC) return null;
        return new GroupHeader(bytes.getLong(8), bytes.getLong(16), bytes.getInt(24), bytes.getInt(28));
    }

    static boolean isWhole(ByteBuffer group, GroupHeader header) {
        return group.getInt(4) == crc(group, CHECKED_FROM, GROUP_HEADER_BYTES + header.entryBytes);
    }

    static void putEntryHeader(ByteBuffer target, byte kind, Uuid topicId, int partition, int bytes) {
        target.put(kind)
                .putLong(topicId.mostSignificantBits())
                .putLong(topicId.leastSignificantBits())
                .putInt(partition)
                .putInt(bytes);
    }

    /// Up to the next page.
    static long aligned(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        var crc = new CRC32C();
        crc.update(bytes.slice(from, to - from));
        return (int) crc.getValue();
    }
}
