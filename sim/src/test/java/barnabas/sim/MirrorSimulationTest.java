package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A few seeds of the scenario of mirrors. More: `-Dbarnabas.simulation.seeds=N`.
class MirrorSimulationTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 4);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);

    @Test
    void aMirrorCopiesEverything() {
        Outcome outcome = MirrorScenario.of(Settings.of(1).withoutFaults(), null);
        assertGood(outcome);
        assertThat(outcome.acknowledgements()).isGreaterThan(100);
        assertThat(outcome.commits()).isGreaterThan(5);
    }

    @Test
    void faultsOfBothClustersLoseNothing() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++)
            assertGood(MirrorScenario.of(Settings.of(seed), null));
    }

    @Test
    void clustersThatReverseTheSameTopicKeepOneOfBoth() {
        assertGood(FailBackScenario.of(Settings.of(1).withoutFaults(), null));
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++)
            assertGood(FailBackScenario.of(Settings.of(seed), null));
    }

    @Test
    void oneSeedHasOneCourse() {
        assertThat(MirrorScenario.of(Settings.of(3), null).hash())
                .isEqualTo(MirrorScenario.of(Settings.of(3), null).hash());
    }

    private static void assertGood(Outcome outcome) {
        assertThat(outcome.violations())
                .as("seed %d: %s", outcome.settings().seed(), String.join("\n", outcome.lastLines()))
                .isEmpty();
    }
}
