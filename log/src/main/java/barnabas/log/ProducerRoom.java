package barnabas.log;

import java.util.concurrent.atomic.AtomicInteger;

/// Room for the producers that all partitions of a broker remember. A partition alone may remember many; many
/// partitions with as many each do not fit into the heap.
///
/// A partition may have as many producers as there are free places (a dynamic threshold, Choudhury and Hahne 1998), and
/// [#FLOOR] in any case. So `k` partitions under a flood get `1 / (k + 1)` of the room each, the same part stays free
/// for others, and a partition gives back what it has above that with its next new producers.
///
/// Any thread.
public final class ProducerRoom {
    /// Bytes of heap that one producer of a partition takes: 150 with one batch, 300 with five.
    public static final int PRODUCER_BYTES = 200;

    /// Producers that each partition remembers, however many others do.
    public static final int FLOOR = 8;

    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    /// @param max producers of all partitions, apart from [#FLOOR] of each
    public ProducerRoom(int max) {
        this.max = max;
    }

    public void take(int count) {
        taken.addAndGet(count);
    }

    public void giveBack(int count) {
        taken.addAndGet(-count);
    }

    /// Producers that one partition may have now.
    public int share() {
        return Math.max(FLOOR, max - taken.get());
    }

    /// Producers that all partitions have.
    public int taken() {
        return taken.get();
    }
}
