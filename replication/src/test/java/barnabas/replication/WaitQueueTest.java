package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private final WaitQueue queue = new WaitQueue();
    private final List<Long> ended = new ArrayList<>();

    private PartitionWait add(long offset) {
        var wait = new PartitionWait(offset, _ -> ended.add(offset));
        assertThat(queue.add(wait)).isTrue();
        return wait;
    }

    private void end(long reached) {
        PartitionWait next = queue.end(reached, WaitOutcome.COMMITTED, null);
        for (; next != null; next = next.after) next.announce();
    }

    @Test
    void waitsEndInTheOrderOfTheirOffsets() {
        for (long offset : new long[] {5, 3, 9, 5, 1}) add(offset);
        end(0);
        assertThat(ended).isEmpty();
        end(5);
        assertThat(ended).containsExactly(1L, 3L, 5L, 5L);
        add(7);
        end(Long.MAX_VALUE);
        assertThat(ended).containsExactly(1L, 3L, 5L, 5L, 7L, 9L);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
    }

    @Test
    void aWaitLeavesFromAnywhere() {
        PartitionWait first = add(1);
        PartitionWait middle = add(2);
        add(3);
        PartitionWait last = add(4);
        queue.remove(middle);
        queue.remove(last);
        queue.remove(first);
        add(2);
        end(10);
        assertThat(ended).containsExactly(2L, 3L);
    }

    @Test
    void theNumberOfWaitsIsBounded() {
        for (int i = 0; i < WaitQueue.WAITS_MAX; i++) add(i + 1);
        assertThat(queue.add(new PartitionWait(1, _ -> {}))).isFalse();
        end(1);
        assertThat(queue.add(new PartitionWait(1, _ -> {}))).isTrue();
    }
}
