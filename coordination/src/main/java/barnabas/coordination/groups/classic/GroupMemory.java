package barnabas.coordination.groups.classic;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// The budget for what members of classic groups leave here when they join: their metadata, until they leave or their
/// session ends, and member ids that were handed out and have not joined yet. Shared by all shards of a coordinator.
public final class GroupMemory {
    /// A member without metadata, with its timers.
    static final int MEMBER_BYTES = 1_000;

    private final long bytesMax;
    private final AtomicLong held = new AtomicLong();

    public GroupMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Memory charged for one member or id, until it is returned.
    static final class Charge {
        private final GroupMemory memory;
        private final long bytes;
        private final AtomicBoolean given = new AtomicBoolean();

        private Charge(GroupMemory memory, long bytes) {
            this.memory = memory;
            this.bytes = bytes;
        }

        void giveBack() {
            if (given.compareAndSet(false, true)) memory.held.addAndGet(-bytes);
        }
    }

    boolean hasRoomFor(long bytes) {
        return held.get() + bytes <= bytesMax;
    }

    Charge take(long bytes) {
        held.addAndGet(bytes);
        return new Charge(this, bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
