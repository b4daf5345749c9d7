package barnabas.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ListGroupsResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Large requests share one budget from before they are decoded until they are answered.
@Timeout(60)
class DecodedMemoryTest {
    private static final MemoryBudget BUDGET = new MemoryBudget(256 << 20);
    private static final int FRAME_BYTES = 1 << 20;

    private final DecodedMemory memory = new DecodedMemory(BUDGET, Clock.SYSTEM);

    private DecodedMemory.Part take() throws InterruptedException {
        DecodedMemory.Part part = memory.take(FRAME_BYTES, 0);
        if (part == null) throw new AssertionError("no room");
        return part;
    }

    @Test
    void memoryOfTheDecodedFrameIsTakenBeforeDecoding() throws InterruptedException {
        DecodedMemory.Part first = take();
        assertThat(memory.heldBytes()).isGreaterThan(BUDGET.decodedBytesMax() - (1 << 20));
        assertThat(memory.take(FRAME_BYTES, 1)).isNull();
        first.decoded(1_000);
        assertThat(memory.heldBytes()).isBetween(300_000L, 330_000L);
        first.giveBack();
        first.giveBack();
        assertThat(memory.heldBytes()).isZero();
    }

    /// Answers share the budget with requests, and wait in the order in which they came.
    @Test
    void answersThatAreBuiltTakeTheirPart() throws Exception {
        DecodedMemory.Part large = memory.takeForAnswer(BUDGET.decodedBytesMax(), 0);
        assertThat(large).isNotNull();
        assertThat(memory.takeForAnswer(1 << 20, 1)).isNull();
        var order = Collections.synchronizedList(new ArrayList<Integer>());
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    DecodedMemory.Part part = memory.takeForAnswer(BUDGET.decodedBytesMax(), 60_000);
                    order.add(number);
                    if (part != null) part.giveBack();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            threads.add(thread);
            while (memory.waiting() < number + 1) Thread.onSpinWait();
        }
        large.giveBack();
        for (Thread thread : threads) thread.join();
        assertThat(order).containsExactly(0, 1, 2);
        assertThat(memory.heldBytes()).isZero();
    }

    /// The first answer of an API counts as 64 KB, later ones as the largest recent one.
    @Test
    void answersCountAsTheLargestRecentOne() {
        var metrics = new ApiMetrics(ApiKey.LIST_GROUPS);
        assertThat(LargeAnswers.heapBytes(metrics)).isEqualTo(8 * (64 << 10));
        var answer = new ListGroupsResponse(0, (short) 0, List.of());
        metrics.replied(answer, 1_000_000);
        assertThat(LargeAnswers.heapBytes(metrics)).isEqualTo(8_000_000);
        metrics.replied(answer, 100);
        assertThat(LargeAnswers.heapBytes(metrics)).isBetween(7_000_000L, 8_000_000L);
        for (int i = 0; i < 500; i++) metrics.replied(answer, 100);
        assertThat(LargeAnswers.heapBytes(metrics)).isZero();
    }

    @Test
    void requestsThatWaitForClientsDoNotKeepOthersOut() throws InterruptedException {
        var waiting = new ArrayList<DecodedMemory.Part>();
        while (true) {
            DecodedMemory.Part part = take();
            part.decoded(10_000);
            if (!part.waits()) {
                part.giveBack();
                break;
            }
            waiting.add(part);
            assertThat(waiting).hasSizeLessThan(100);
        }
        assertThat(waiting).hasSizeBetween(4, 6);
        take().giveBack();
        waiting.forEach(DecodedMemory.Part::giveBack);
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void aRequestThatMayExceedTheBudgetIsAlone() throws InterruptedException {
        var tiny = new DecodedMemory(new MemoryBudget(16 << 20), Clock.SYSTEM);
        DecodedMemory.Part part = tiny.take(64 << 20, 0);
        assertThat(part).isNotNull();
        assertThat(tiny.take(1 << 16, 0)).isNull();
    }
}
