package barnabas.coordination.transactions;

import java.util.concurrent.atomic.AtomicLong;

/// The budget for transactional ids and the partitions of their open transactions. Shared by all shards of a
/// coordinator. What a shard reads from its log is always taken; a full budget stops new ids and further partitions,
/// never the end of a transaction.
public final class TransactionMemory {
    /// An id with its transaction and its place in the map, beside its characters.
    static final int ID_BYTES = 400;
    /// A partition of an open transaction, beside the characters of its topic.
    static final int PARTICIPANT_BYTES = 120;

    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    public TransactionMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    static long bytes(String transactionalId, Transaction transaction) {
        long bytes = (long) ID_BYTES + transactionalId.length();
        for (Participant each : transaction.participants())
            bytes += PARTICIPANT_BYTES + each.topic().length();
        return bytes;
    }

    boolean hasRoomFor(long bytes) {
        return bytes <= 0 || held.get() + bytes <= bytesMax;
    }

    void add(long bytes) {
        held.addAndGet(bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
