package barnabas.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Large requests share one budget from before they are decoded until they are answered.
@Timeout(60)
class DecodedMemoryTest {
    private static final MemoryBudget BUDGET = new MemoryBudget(256 << 20);
    private static final int FRAME_BYTES = 1 << 20;

    private final DecodedMemory memory = new DecodedMemory(BUDGET);

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
        var tiny = new DecodedMemory(new MemoryBudget(16 << 20));
        DecodedMemory.Part part = tiny.take(64 << 20, 0);
        assertThat(part).isNotNull();
        assertThat(tiny.take(1 << 16, 0)).isNull();
    }
}
