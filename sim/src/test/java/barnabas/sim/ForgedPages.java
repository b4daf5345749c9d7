package barnabas.sim;

import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// Groups of the journal (docs/formats/journal.md) as a client can write them into a record: everything is right but
/// the
/// salt, which it has to guess. A disk repeats what it saw, a client may have seen a salt of an earlier generation.
final class ForgedPages {
    private static final int PAGE_BYTES = 4096;
    private static final int GROUP_HEADER = 40;
    private static final int ENTRY_HEADER = 25;
    /// Bytes of a group of one entry before the key of its first record, for keys of 8 KB to 1 MB.
    private static final int BEFORE_KEY = GROUP_HEADER + ENTRY_HEADER + 61 + 3 + 1 + 1 + 1 + 3;
    private static final int PAGES_MAX = 6;

    private ForgedPages() {}

    /// A key with a group on each page that it fills, numbered on from `number`.
    ///
    /// @param batch for the partition that the groups name
    static byte[] key(SplittableRandom random, Uuid salt, long number, Uuid topicId, int partition, ByteBuffer batch) {
        int pages = 2 + random.nextInt(PAGES_MAX);
        var key = new byte[(pages + 1) * PAGE_BYTES];
        for (int page = 0; page < pages; page++) {
            byte[] group = group(salt, number + page, topicId, partition, batch);
            System.arraycopy(group, 0, key, (page + 1) * PAGE_BYTES - BEFORE_KEY, group.length);
        }
        return key;
    }

    private static byte[] group(Uuid salt, long number, Uuid topicId, int partition, ByteBuffer batch) {
        int entry = ENTRY_HEADER + batch.remaining();
        var group = ByteBuffer.allocate(GROUP_HEADER + entry);
        group.put("BJGR".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        group.putLong(salt.mostSignificantBits()).putLong(salt.leastSignificantBits());
        group.putLong(number).putInt(entry).putInt(1);
        group.put((byte) 1)
                .putLong(topicId.mostSignificantBits())
                .putLong(topicId.leastSignificantBits())
                .putInt(partition)
                .putInt(batch.remaining())
                .put(batch.duplicate());
        var crc = new CRC32C();
        crc.update(group.array(), 8, group.capacity() - 8);
        group.putInt(4, (int) crc.getValue());
        return group.array();
    }
}
