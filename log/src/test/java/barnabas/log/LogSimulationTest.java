package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.log.LogHistory.Plant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs of [LogHistory], and the same with a bug planted. More seeds: `-Dbarnabas.simulation.seeds=1000`.
class LogSimulationTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    /// Seeds that found faults.
    private static final List<Long> TELLING_SEEDS = List.of(1033L, 1149L, 17L, 747L, 832L, 2612L);

    @Test
    void theLogIsWhatTheModelSays() {
        long refused = 0;
        long corrected = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            var history = run(seed);
            refused += history.refusedLies();
            corrected += history.correctedLies();
        }
        if (SEEDS < 50) return;
        assertThat(refused).as("lies that were refused").isGreaterThan(SEEDS);
        assertThat(corrected).as("lies that were put right").isPositive();
    }

    @Test
    void seedsThatFoundFaultsFindNoneNow() {
        for (long seed : TELLING_SEEDS) run(seed);
    }

    private static LogHistory run(long seed) {
        try {
            var history = new LogHistory(seed, Plant.NOTHING);
            history.run();
            return history;
        } catch (Throwable failed) {
            throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
        }
    }

    /// The test can fail: a disk that forces nothing must be found out.
    @Test
    void aDiskThatLiesIsFoundOut() {
        assertThat(caught(Plant.FORCES_NOTHING, 20)).isPositive();
    }

    /// So must compaction that does not wait until a transaction is decided.
    @Test
    void compactionThatDecidesForOthersIsFoundOut() {
        assertThat(caught(Plant.COMPACTS_UNDECIDED, 40)).isPositive();
    }

    /// And an append that believes headers.
    @Test
    void anAppendWithoutTheWalkIsFoundOut() {
        assertThat(caught(Plant.BELIEVES_HEADERS, 20)).isGreaterThan(15);
    }

    private static int caught(Plant plant, int seeds) {
        int caught = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            var history = new LogHistory(seed, plant);
            if (catchThrowable(history::run) instanceof AssertionError) caught++;
        }
        return caught;
    }
}
