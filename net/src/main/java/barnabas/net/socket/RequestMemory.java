package barnabas.net.socket;

import barnabas.net.RequestLimits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The budget for bytes of incomplete frames and of waiting requests, all connections together.
///
/// Bytes that were read are always charged; what a full budget stops is reading more. One connection at a time, the
/// favourite, may go on, so that its frame gets complete, is handled and gives its bytes back: there is no state in
/// which all wait for each other. Shared by all event loops; the lock is held for a few field accesses.
final class RequestMemory {
    private final long bytesMax;
    private final long resumeBelow;
    private final long fullAbove;
    private final AtomicLong held = new AtomicLong();
    /// The part of `held` that waiting requests take.
    private final AtomicLong waitingRequests = new AtomicLong();
    private final Set<SocketConnection> waiting = new LinkedHashSet<>();
    private volatile @Nullable SocketConnection favourite;

    /// `waiting.size()`, to be read without the lock.
    private volatile int waitingCount;

    /// @param frameBytesMax the largest frame, by which the favourite may exceed the budget
    RequestMemory(long bytesMax, int frameBytesMax) {
        this.bytesMax = bytesMax;
        this.fullAbove = 2 * bytesMax + frameBytesMax;
        this.resumeBelow = bytesMax - bytesMax / 8;
    }

    long heldBytes() {
        return held.get();
    }

    boolean isExceeded() {
        return held.get() > bytesMax;
    }

    /// Whether the frame of this connection may get room for more than what has arrived of it. Every connection that
    /// may still read passes here, so that they do not exceed the budget all at once.
    @SuppressWarnings("ReferenceEquality") // this very connection
    boolean mayGrowAhead(SocketConnection connection) {
        return !isExceeded() || favourite == connection;
    }

    /// Whether so many connections have begun a frame beside the favourite that no further one may.
    boolean isFull() {
        return held.get() > fullAbove;
    }

    /// True while a connection that sends its frame slowly is in the way of others.
    boolean isShort() {
        return isExceeded() || waitingCount > 0;
    }

    void charge(int bytes) {
        if (bytes != 0) held.addAndGet(bytes);
    }

    void release(int bytes) {
        if (bytes != 0 && held.addAndGet(-bytes) <= resumeBelow && waitingCount > 0) resumeAll();
    }

    /// Whether a request of this size may wait for its reply. Incomplete frames do not count here, so that a slow
    /// sender does not make other requests fail. Small requests have a reserve of their own.
    boolean mayWait(int frameBytes) {
        long after = waitingRequests.get() + frameBytes;
        return after <= bytesMax
                || (frameBytes <= RequestLimits.SMALL_REQUEST_BYTES_MAX && after <= bytesMax + bytesMax / 2);
    }

    void waits(int bytes) {
        if (bytes == 0) return;
        waitingRequests.addAndGet(bytes);
        charge(bytes);
    }

    void waitsNoMore(int bytes) {
        if (bytes == 0) return;
        waitingRequests.addAndGet(-bytes);
        release(bytes);
    }

    /// Whether a connection with an incomplete frame may read on. If not, its [SocketConnection#resume] is called
    /// when it may.
    boolean mayReadOn(SocketConnection connection) {
        if (!isExceeded()) return true;
        synchronized (this) {
            if (favourite == connection) return true;
            // Checked again after joining those who wait: a release in between has seen either them or the lock.
            if (favourite != null) {
                waiting.add(connection);
                waitingCount = waiting.size();
                if (isExceeded()) return false;
                waiting.remove(connection);
                waitingCount = waiting.size();
                return true;
            }
            favourite = connection;
            return true;
        }
    }

    /// The connection's frame is complete, or the connection is closed: the next may be the favourite.
    void finished(SocketConnection connection) {
        if (favourite != connection && waitingCount == 0) return;
        SocketConnection next = null;
        synchronized (this) {
            waiting.remove(connection);
            if (favourite == connection) {
                favourite = null;
                var others = waiting.iterator();
                if (others.hasNext()) {
                    next = others.next();
                    others.remove();
                    favourite = next;
                }
            }
            waitingCount = waiting.size();
        }
        if (next != null) next.resumeLater();
    }

    private void resumeAll() {
        List<SocketConnection> resumed;
        synchronized (this) {
            resumed = new ArrayList<>(waiting);
            waiting.clear();
            waitingCount = 0;
        }
        for (SocketConnection connection : resumed) connection.resumeLater();
    }
}
