package barnabas.log.journal;

import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Groups of the journal as a client would write them into the value of a record, so that they lie on pages of the
/// journal's file. The layouts are written out here and not taken from the code under test.
public final class ForgedGroups {
    public static final int PAGE_BYTES = 4096;
    /// Bytes from the start of a group to the batches of its first entry.
    public static final int BEFORE_BATCHES = 40 + 25;
    /// The same in the first version of the format, whose groups had no salt.
    public static final int BEFORE_BATCHES_FIRST_VERSION = 32 + 25;

    private ForgedGroups() {}

    /// A group of the first version of the format: a client could guess everything in it.
    public static byte[] ofFirstVersion(long generation, long number, byte[] entry) {
        var group = ByteBuffer.allocate(32 + entry.length);
        group.put(0, "BJGR".getBytes(StandardCharsets.US_ASCII));
        group.putLong(8, generation)
                .putLong(16, number)
                .putInt(24, entry.length)
                .putInt(28, 1);
        group.put(32, entry);
        return sealed(group);
    }

    /// The header of a file of the first version that has groups to replay.
    public static byte[] headerOfFirstVersion() {
        var page = ByteBuffer.allocate(PAGE_BYTES);
        page.put(0, "BJNL".getBytes(StandardCharsets.US_ASCII));
        page.putInt(8, 1).putLong(12, 1).putInt(20, 1);
        var crc = new CRC32C();
        crc.update(page.array(), 8, 20);
        page.putInt(4, (int) crc.getValue());
        return page.array();
    }

    /// A group of the present format under a salt that was guessed.
    public static byte[] of(long saltHigh, long saltLow, long number, byte[] entry) {
        var group = ByteBuffer.allocate(40 + entry.length);
        group.put(0, "BJGR".getBytes(StandardCharsets.US_ASCII));
        group.putLong(8, saltHigh).putLong(16, saltLow).putLong(24, number);
        group.putInt(32, entry.length).putInt(36, 1);
        group.put(40, entry);
        return sealed(group);
    }

    private static byte[] sealed(ByteBuffer group) {
        var crc = new CRC32C();
        crc.update(group.array(), 8, group.capacity() - 8);
        group.putInt(4, (int) crc.getValue());
        return group.array();
    }

    public static byte[] batches(Uuid topicId, int partition, ByteBuffer batches) {
        var entry = header(1, topicId, partition, batches.remaining());
        entry.put(batches.duplicate());
        return entry.array();
    }

    public static byte[] truncation(Uuid topicId, int partition, long offset) {
        return header(2, topicId, partition, Long.BYTES).putLong(offset).array();
    }

    private static ByteBuffer header(int kind, Uuid topicId, int partition, int bytes) {
        return ByteBuffer.allocate(25 + bytes)
                .put((byte) kind)
                .putLong(topicId.mostSignificantBits())
                .putLong(topicId.leastSignificantBits())
                .putInt(partition)
                .putInt(bytes);
    }

    /// Position in a file's page of each byte of the value, when its batch is the first of a group.
    ///
    /// @param beforeValue bytes of the batch before the value
    private static int firstPage(int beforeBatches, int beforeValue) {
        return PAGE_BYTES - (beforeBatches + beforeValue) % PAGE_BYTES;
    }

    /// Puts a group into the value, so that it begins a page of the journal's file.
    ///
    /// @param page counted from 0, of those that begin inside the value
    /// @return false when the group does not fit there
    public static boolean put(byte[] value, int beforeBatches, int beforeValue, int page, byte[] group) {
        int at = firstPage(beforeBatches, beforeValue) + page * PAGE_BYTES;
        if (at + group.length > value.length) return false;
        System.arraycopy(group, 0, value, at, group.length);
        return true;
    }

    /// Bytes of the batch of one record with this value before the value itself.
    public static int bytesBefore(byte[] value, ByteBuffer batch) {
        var whole = new byte[batch.remaining()];
        batch.get(batch.position(), whole);
        int from = 61;
        while (!Arrays.equals(whole, from, from + Math.min(64, value.length), value, 0, Math.min(64, value.length)))
            from++;
        return from;
    }
}
