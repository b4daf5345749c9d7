package barnabas.coordination.groups.offsets;

import java.util.concurrent.atomic.AtomicLong;

/// The budget for offsets, committed and of open transactions, and with them for groups without members. Shared by all
/// shards of a coordinator. Offsets that a shard reads from its log are always taken; what a full budget stops is
/// committing for partitions that a group has no offset of yet.
public final class OffsetMemory {
    /// An offset with its places in three maps and its part of a group without members.
    static final int OFFSET_BYTES = 320;

    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    public OffsetMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    static long bytes(String group, CommittedOffset offset) {
        return bytes(group, offset.metadata());
    }

    static long bytes(String group, String metadata) {
        return (long) OFFSET_BYTES + group.length() + metadata.length();
    }

    boolean hasRoomFor(long bytes) {
        return held.get() + bytes <= bytesMax;
    }

    void add(long bytes) {
        held.addAndGet(bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
