package barnabas.log.journal;

import barnabas.log.journal.JournalFormat.FileHeader;
import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Batches that the next commit makes durable. Owner: first the journal's staging lock, then the thread that
/// commits.
final class Group {
    private static final int INITIAL_BYTES = 64 * 1024;
    /// A larger buffer, grown in a burst, is not kept.
    private static final int KEPT_BYTES_MAX = 4 << 20;

    /// End of a log with this commit.
    private record Mark(long endOffset, int era) {}

    /// Outside the heap: the write takes no other copy.
    private ByteBuffer bytes = ByteBuffer.allocateDirect(INITIAL_BYTES);
    private int entries;
    private final Map<Journaled, Mark> marks = new LinkedHashMap<>();
    /// Logs with records that are not in the journal: their own files are forced instead.
    private final Set<Journaled> forced = new LinkedHashSet<>();

    Group() {
        bytes.position(JournalFormat.GROUP_HEADER_BYTES);
    }

    boolean isEmpty() {
        return marks.isEmpty() && entries == 0;
    }

    int sizeBytes() {
        return bytes.position();
    }

    Set<Journaled> logs() {
        return marks.keySet();
    }

    Set<Journaled> forced() {
        return forced;
    }

    boolean hasEntries() {
        return entries > 0;
    }

    void addBatches(Journaled log, ByteBuffer batches) {
        int length = batches.remaining();
        makeRoom(JournalFormat.ENTRY_HEADER_BYTES + length);
        JournalFormat.putEntryHeader(bytes, JournalFormat.BATCHES, log.topicId(), log.partition(), length);
        bytes.put(bytes.position(), batches, batches.position(), length);
        bytes.position(bytes.position() + length);
        entries++;
    }

    void addTruncation(Uuid topicId, int partition, long offset) {
        makeRoom(JournalFormat.ENTRY_HEADER_BYTES + Long.BYTES);
        JournalFormat.putEntryHeader(bytes, JournalFormat.TRUNCATION, topicId, partition, Long.BYTES);
        bytes.putLong(offset);
        entries++;
    }

    void mark(Journaled log, long endOffset, int era) {
        marks.put(log, new Mark(endOffset, era));
    }

    void force(Journaled log) {
        forced.add(log);
    }

    private void makeRoom(int more) {
        if (bytes.remaining() >= more) return;
        long wanted = Math.max(2L * bytes.capacity(), JournalFormat.aligned((long) bytes.position() + more));
        var larger = ByteBuffer.allocateDirect(Math.toIntExact(Math.min(Integer.MAX_VALUE - 4095, wanted)));
        larger.put(bytes.flip());
        bytes = larger;
    }

    /// The whole group, padded to full pages.
    ByteBuffer sealed(FileHeader file, long number) {
        JournalFormat.seal(bytes, file.salt(), number, entries);
        int end = bytes.position();
        int padded = (int) JournalFormat.aligned(end);
        makeRoom(padded - end);
        while (bytes.position() < padded) bytes.put((byte) 0);
        var sealed = bytes.duplicate().flip();
        // a commit that is refused seals its group again
        bytes.position(end);
        return sealed;
    }

    void announce() {
        marks.forEach((log, mark) -> log.durable(mark.endOffset, mark.era));
    }

    void clear() {
        if (bytes.capacity() > KEPT_BYTES_MAX) bytes = ByteBuffer.allocateDirect(INITIAL_BYTES);
        bytes.clear().position(JournalFormat.GROUP_HEADER_BYTES);
        entries = 0;
        marks.clear();
        forced.clear();
    }
}
