package barnabas.net.socket;

import barnabas.base.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The budget for replies that clients leave unread, all connections together.
///
/// Counting every byte that leaves a socket would cost each reply something. So only what is allocated is added up, and
/// when that may have reached the budget, what is still there is looked up at all connections: once for each budget's
/// worth of replies as long as clients read.
final class ReplyMemory {
    /// While the budget is exceeded, not every request has all connections looked at.
    private static final long LOOK_NANOS_MIN = 5_000_000;

    /// Replies that wait to be encoded take several times their bytes.
    private static final int UNENCODED_SHARE = 8;

    private final long bytesMax;
    private final LongSupplier unsentBytes;
    /// Unsent bytes at the last look, plus the bytes allocated since.
    private final AtomicLong estimate = new AtomicLong();

    /// Bytes of replies that wait to be encoded until their clients read: each is a tree of objects meanwhile.
    private final AtomicLong unencoded = new AtomicLong();

    private final Clock clock;
    private volatile long lookedNanos;

    /// @param unsentBytes adds up the unsent replies of all connections, from any thread
    ReplyMemory(long bytesMax, LongSupplier unsentBytes, Clock clock) {
        this.bytesMax = bytesMax;
        this.unsentBytes = unsentBytes;
        this.clock = clock;
        this.lookedNanos = clock.nanos() - LOOK_NANOS_MIN;
    }

    void allocated(int bytes) {
        estimate.addAndGet(bytes);
    }

    /// Whether one more reply may wait to be encoded.
    boolean hasRoomForUnencoded(int bytes) {
        return unencoded.get() + bytes <= bytesMax / UNENCODED_SHARE;
    }

    void unencoded(int bytes) {
        unencoded.addAndGet(bytes);
    }

    boolean hasRoom() {
        return hasRoomFor(0);
    }

    boolean hasRoomFor(int bytes) {
        long before = estimate.get();
        if (before + bytes <= bytesMax) return true;
        long nanos = clock.nanos();
        if (nanos - lookedNanos < LOOK_NANOS_MIN) return false;
        lookedNanos = nanos;
        long unsent = unsentBytes.getAsLong();
        // What was allocated during the look is counted twice until the next one.
        long now = estimate.addAndGet(unsent - before);
        return now + bytes <= bytesMax;
    }
}
