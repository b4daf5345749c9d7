package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Records that a metadata quorum has committed stay, in a storm. More seeds: `-Dbarnabas.simulation.seeds=1000`, one:
/// `-Dbarnabas.simulation.first=17 -Dbarnabas.simulation.seeds=1`.
class QuorumStormTest {
    private static final long FIRST = Long.getLong("barnabas.simulation.first", 1);
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 10);

    @Test
    void committedRecordsStay() {
        int committed = 0;
        int elections = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            var result = new QuorumStorm(seed, false).run();
            assertThat(result.violations()).as("seed %d", seed).isEmpty();
            committed += result.committed();
            elections += result.elections();
        }
        assertThat(committed).as("records").isGreaterThan(20 * SEEDS);
        assertThat(elections).as("elections").isGreaterThan(SEEDS);
    }

    @Test
    void oneSeedGivesOneCourse() {
        assertThat(new QuorumStorm(5, false).run()).isEqualTo(new QuorumStorm(5, false).run());
    }

    @Test
    void aDiskThatForgetsWhatWasForcedIsFound() {
        boolean found = false;
        for (long seed = 1; seed <= 20 && !found; seed++)
            found = !new QuorumStorm(seed, true).run().violations().isEmpty();
        assertThat(found).isTrue();
    }
}
