package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicPartitionTest {
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 1_000;
    private static final int STEPS_MAX = 4;

    /// Steps to the free slot of each name in a table of twice as many slots, the next of which is taken when one is
    /// not free: as in the maps of `Map.copyOf`.
    private static double steps(List<TopicPartition> names) {
        var taken = new boolean[2 * names.size()];
        long steps = 0;
        for (TopicPartition each : names) {
            int slot = Math.floorMod(each.hashCode(), taken.length);
            while (taken[slot]) {
                slot = (slot + 1) % taken.length;
                steps++;
            }
            taken[slot] = true;
        }
        return (double) steps / names.size();
    }

    @Test
    void manyPartitionsOfSeveralTopicsSpreadOverATable() {
        for (String prefix : List.of("many-", "t", "orders.")) {
            var names = new ArrayList<TopicPartition>();
            for (int topic = 0; topic < TOPICS; topic++)
                for (int index = 0; index < PARTITIONS; index++) names.add(new TopicPartition(prefix + topic, index));
            assertThat(steps(names)).as(prefix).isLessThan(STEPS_MAX);
        }
    }
}
