package barnabas.coordination.groups.classic;

import barnabas.coordination.groups.offsets.OffsetMemory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The budget for groups and for what their members leave here: metadata, subscriptions and assignments, until they
/// leave or their session ends, and member ids that were handed out and have not joined yet. Shared by all shards of a
/// coordinator.
public final class GroupMemory {
    /// A member without metadata, with its timers.
    public static final int MEMBER_BYTES = 1_000;

    /// A group without members and its place in the map, beside its id.
    public static final int GROUP_BYTES = 800;

    /// One name, protocol or assignment in a list, beside its characters or bytes.
    public static final int ENTRY_BYTES = 64;

    private final long bytesMax;
    private final OffsetMemory offsets;
    private final AtomicLong held = new AtomicLong();

    /// @param bytesMax of members
    /// @param offsetBytesMax of offsets, which have a budget of their own: members must not keep others from
    ///     committing
    public GroupMemory(long bytesMax, long offsetBytesMax) {
        this.bytesMax = bytesMax;
        this.offsets = new OffsetMemory(offsetBytesMax);
    }

    public OffsetMemory offsets() {
        return offsets;
    }

    /// Memory charged for one member or id, until it is returned.
    public static final class Charge {
        private final GroupMemory memory;
        private final long bytes;
        private final AtomicBoolean given = new AtomicBoolean();

        private Charge(GroupMemory memory, long bytes) {
            this.memory = memory;
            this.bytes = bytes;
        }

        public long bytes() {
            return bytes;
        }

        public void giveBack() {
            if (given.compareAndSet(false, true)) memory.held.addAndGet(-bytes);
        }
    }

    public boolean hasRoomFor(long bytes) {
        return held.get() + bytes <= bytesMax;
    }

    public Charge take(long bytes) {
        held.addAndGet(bytes);
        return new Charge(this, bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
