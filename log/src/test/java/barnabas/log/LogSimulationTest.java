package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.log.LogHistory.Plant;
import barnabas.log.LogHistory.Trouble;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Runs of [LogHistory], and the same with a bug planted. More seeds: `-Dbarnabas.simulation.seeds=1000`.
class LogSimulationTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    private static final Set<Trouble> ALL = EnumSet.allOf(Trouble.class);

    /// A history that found a fault.
    private record Telling(long seed, Set<Trouble> troubles) {}

    private static final List<Telling> TELLING = List.of(
            new Telling(1033, Set.of()),
            new Telling(1149, Set.of()),
            new Telling(17, Set.of(Trouble.LIES)),
            new Telling(747, Set.of(Trouble.LIES)),
            new Telling(832, Set.of(Trouble.LIES)),
            new Telling(2612, Set.of(Trouble.LIES)),
            new Telling(2981, Set.of(Trouble.LIES)),
            new Telling(11, ALL),
            new Telling(16, ALL),
            new Telling(73, ALL),
            new Telling(76, ALL),
            new Telling(96, ALL),
            new Telling(506, ALL),
            new Telling(551, ALL),
            new Telling(873, ALL),
            new Telling(1280, ALL),
            new Telling(2469, ALL));

    @Test
    void theLogIsWhatTheModelSays() {
        long refused = 0;
        long corrected = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            var history = run(seed, ALL);
            refused += history.told().refused();
            corrected += history.told().corrected();
        }
        if (SEEDS < 50) return;
        assertThat(refused).as("lies that were refused").isGreaterThan(SEEDS);
        assertThat(corrected).as("lies that were put right").isPositive();
    }

    @Test
    void seedsThatFoundFaultsFindNoneNow() {
        for (var each : TELLING) run(each.seed(), each.troubles());
    }

    private static LogHistory run(long seed, Set<Trouble> troubles) {
        try {
            var history = new LogHistory(seed, troubles, Plant.NOTHING);
            history.run();
            return history;
        } catch (Throwable failed) {
            throw new AssertionError("seed " + seed + " with " + troubles + ": " + failed.getMessage(), failed);
        }
    }

    /// The test can fail: a disk that forces nothing must be found out.
    @Test
    void aDiskThatLiesIsFoundOut() {
        assertThat(caught(Plant.FORCES_NOTHING, Set.of(), 20)).isPositive();
    }

    /// So must compaction that does not wait until a transaction is decided.
    @Test
    void compactionThatDecidesForOthersIsFoundOut() {
        assertThat(caught(Plant.COMPACTS_UNDECIDED, Set.of(), 40)).isPositive();
    }

    /// And an append that believes headers.
    @Test
    void anAppendWithoutTheWalkIsFoundOut() {
        assertThat(caught(Plant.BELIEVES_HEADERS, Set.of(Trouble.LIES), 20)).isGreaterThan(15);
    }

    /// And one that takes a write without space for done.
    @Test
    void aHiddenShortageIsFoundOut() {
        assertThat(caught(Plant.HIDES_FAILURES, Set.of(Trouble.SHORTAGES), 20)).isGreaterThan(10);
    }

    /// And one that goes on after an Error as if nothing had been.
    @Test
    void aHiddenErrorIsFoundOut() {
        assertThat(caught(Plant.HIDES_FAILURES, Set.of(Trouble.ERRORS), 40)).isGreaterThan(15);
    }

    private static int caught(Plant plant, Set<Trouble> troubles, int seeds) {
        int caught = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            var history = new LogHistory(seed, troubles, plant);
            if (catchThrowable(history::run) instanceof AssertionError) caught++;
        }
        return caught;
    }
}
