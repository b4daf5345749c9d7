package barnabas.net.peer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Number and bytes of a peer's requests without outcome. For any thread.
final class InFlightRoom {
    private final int requestsMax;
    private final long bytesMax;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    InFlightRoom(int requestsMax, long bytesMax) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
    }

    /// False, and nothing taken, when there is no room.
    boolean take(int size) {
        if (requests.incrementAndGet() > requestsMax) {
            requests.decrementAndGet();
            return false;
        }
        if (bytes.addAndGet(size) <= bytesMax) return true;
        release(size);
        return false;
    }

    void release(int size) {
        requests.decrementAndGet();
        bytes.addAndGet(-size);
    }

    int requests() {
        return requests.get();
    }

    long bytes() {
        return bytes.get();
    }
}
