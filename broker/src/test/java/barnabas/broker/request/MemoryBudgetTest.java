package barnabas.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.ProducerRoom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All that clients can make the broker keep fits, at once, into the heap and into as much memory outside of it, with
/// some of each to spare.
class MemoryBudgetTest {
    /// A partition of a fetch session takes about 170 bytes on the heap.
    private static final int SESSION_PARTITION_BYTES = 200;
    /// A reply takes a few times its encoded bytes before it is encoded.
    private static final int UNENCODED_FACTOR = 4;

    private static final int UNENCODED_SHARE = 8;
    /// A partition with its log, indexes and place in the image.
    private static final int PARTITION_BYTES = 8 << 10;

    @ParameterizedTest
    @ValueSource(longs = {128, 256, 512, 1 << 10, 2 << 10, 8 << 10, 64 << 10})
    void heapHoldsAllBudgetsAtOnce(long heapMegabytes) {
        var budget = new MemoryBudget(heapMegabytes << 20);
        long decoded = budget.decodedBytesMax() + budget.decodedBytesMax() / 2; // with those that wait for clients
        long waiting =
                budget.heldRequestBytesMax() + budget.heldRequestBytesMax() / 2; // with the reserve of small ones
        long sessions = (long) budget.sessionPartitionsMax() * SESSION_PARTITION_BYTES;
        long unencoded = budget.unsentReplyBytesMax() / UNENCODED_SHARE * UNENCODED_FACTOR;
        long all = decoded + waiting + sessions + unencoded + budget.groupBytesMax() + budget.offsetBytesMax();
        all += budget.transactionBytesMax() + budget.settingsBytesMax();
        assertThat(all).isLessThan(budget.heapBytes() / 4 * 3);
        long producers = (long) budget.producersMax() * ProducerRoom.PRODUCER_BYTES;
        long partitions = (long) budget.partitionsMax() * PARTITION_BYTES;
        assertThat(all + producers + partitions).isLessThan(budget.heapBytes() / 16 * 15);
    }

    /// The JVM lets buffers outside the heap take as much as the heap may.
    @ParameterizedTest
    @ValueSource(longs = {128, 256, 512, 1 << 10, 2 << 10, 8 << 10, 64 << 10})
    void buffersOutsideTheHeapHaveRoomAtOnce(long heapMegabytes) {
        var budget = new MemoryBudget(heapMegabytes << 20);
        // Frames of many connections, the largest one on top, which is copied once more while it grows.
        long frames = 2 * budget.heldRequestBytesMax() + budget.requestBytesMax() / 4 * 5L;
        long replies = budget.unsentReplyBytesMax() + budget.replyBytesMax();
        assertThat(frames + replies).isLessThan(budget.heapBytes() / 4 * 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {128, 256, 1 << 10, 64 << 10})
    void oneRequestAndOneReplyFitIntoTheBudgetOfAll(long heapMegabytes) {
        var budget = new MemoryBudget(heapMegabytes << 20);
        assertThat((long) budget.requestBytesMax()).isLessThanOrEqualTo(budget.decodedBytesMax());
        assertThat((long) budget.replyBytesMax()).isLessThanOrEqualTo(budget.unsentReplyBytesMax() / 2);
    }
}
