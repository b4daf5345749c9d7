package barnabas.log.journal;

import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The bytes of a journal file. Every number is big-endian.
///
/// ```
/// file     one page with the header, then groups, each at a multiple of 4096
///
/// header   0  4  "BJNL"
///          4  4  CRC-32C of bytes 8 to 48
///          8  4  version: 2
///         12  8  generation: counts up with every reuse of a file, over both files
///         20  4  1 when the groups of this generation count, 0 when there is nothing to replay
///         24 16  salt: random bytes, new for each generation
///         40  8  number of the first group
///
/// group    0  4  "BJGR"
///          4  4  CRC-32C of everything from byte 8 to the end of the last entry
///          8 16  the header's salt
///         24  8  number, one more than the group's before, over both files
///         32  4  bytes of the entries
///         36  4  count of the entries
///         40     entries, then zeros up to the next multiple of 4096
///
/// entry    0  1  1 batches, 2 truncation
///          1 16  topic id
///         17  4  partition
///         21  4  bytes that follow
///         25     batches as they are in the partition's file; or 8 bytes: the offset at which the log was cut
/// ```
///
/// Entries hold bytes that clients chose, and a file that is used again holds those of earlier generations on every
/// page behind its last group. The salt is what a client cannot know: without it, bytes that look like a group are
/// never taken for one.
final class JournalFormat {
    static final int PAGE_BYTES = 4096;
    static final int FILE_HEADER_BYTES = 48;
    static final int GROUP_HEADER_BYTES = 40;
    static final int ENTRY_HEADER_BYTES = 25;
    static final int VERSION = 2;
    static final byte BATCHES = 1;
    static final byte TRUNCATION = 2;
    private static final int FILE_MAGIC = 0x424A4E4C;
    private static final int GROUP_MAGIC = 0x424A4752;
    private static final int CHECKED_FROM = 8;
    private static final int FIRST_VERSION = 1;
    private static final int FIRST_VERSION_HEADER_BYTES = 28;

    private JournalFormat() {}

    /// 128 random bits.
    record Salt(long high, long low) {
        static final Salt NONE = new Salt(0, 0);

        static Salt random(RandomGenerator random) {
            return new Salt(random.nextLong(), random.nextLong());
        }
    }

    /// @param firstNumber of the first group in the file
    record FileHeader(int version, long generation, boolean inUse, Salt salt, long firstNumber) {
        static final FileHeader NONE = new FileHeader(VERSION, 0, false, Salt.NONE, 0);

        FileHeader outOfUse() {
            return new FileHeader(VERSION, generation, false, salt, firstNumber);
        }
    }

    record GroupHeader(long number, int entryBytes, int entries) {}

    static ByteBuffer encode(FileHeader header) {
        var page = ByteBuffer.allocate(PAGE_BYTES);
        page.putInt(0, FILE_MAGIC).putInt(8, header.version).putLong(12, header.generation);
        page.putInt(20, header.inUse ? 1 : 0);
        page.putLong(24, header.salt.high).putLong(32, header.salt.low).putLong(40, header.firstNumber);
        return page.putInt(4, crc(page, CHECKED_FROM, FILE_HEADER_BYTES));
    }

    /// Null when the page holds no header that was written as a whole.
    static @Nullable FileHeader fileHeader(ByteBuffer page) {
        if (page.limit() < FILE_HEADER_BYTES || page.getInt(0) != FILE_MAGIC) return null;
        int version = page.getInt(8);
        int bytes = version == FIRST_VERSION ? FIRST_VERSION_HEADER_BYTES : FILE_HEADER_BYTES;
        if (page.getInt(4) != crc(page, CHECKED_FROM, bytes)) return null;
        var salt = version == FIRST_VERSION ? Salt.NONE : new Salt(page.getLong(24), page.getLong(32));
        return new FileHeader(version, page.getLong(12), page.getInt(20) == 1, salt, page.getLong(40));
    }

    /// Completes a group whose entries are in the buffer behind the place for its header.
    static void seal(ByteBuffer group, Salt salt, long number, int entries) {
        int end = group.position();
        group.putInt(0, GROUP_MAGIC).putLong(8, salt.high).putLong(16, salt.low).putLong(24, number);
        group.putInt(32, end - GROUP_HEADER_BYTES).putInt(36, entries);
        group.putInt(4, crc(group, CHECKED_FROM, end));
    }

    /// Null when no group under this salt is at the buffer's start; its entries are not checked.
    static @Nullable GroupHeader groupHeader(ByteBuffer bytes, Salt salt) {
        if (bytes.limit() < GROUP_HEADER_BYTES || bytes.getInt(0) != GROUP_MAGIC) return null;
        if (bytes.getLong(8) != salt.high || bytes.getLong(16) != salt.low) return null;
        return new GroupHeader(bytes.getLong(24), bytes.getInt(32), bytes.getInt(36));
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
