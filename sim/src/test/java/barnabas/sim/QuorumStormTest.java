package barnabas.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sim.QuorumStorm.Bug;
import barnabas.sim.QuorumStorm.Voters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Records that a metadata quorum has committed stay, in a storm. More seeds: `-Dbarnabas.simulation.seeds=1000`, one:
/// `-Dbarnabas.simulation.first=17 -Dbarnabas.simulation.seeds=1`.
class QuorumStormTest {
    private static final long FIRST = Long.getLong("barnabas.simulation.first", 1);
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 10);
    private static final int SEEDS_OF_BUGS = 40;

    @ParameterizedTest
    @EnumSource
    void committedRecordsStay(Voters voters) {
        int committed = 0;
        int elections = 0;
        int removals = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            var result = new QuorumStorm(seed, voters, Bug.NONE).run();
            assertThat(result.violations()).as("seed %d", seed).isEmpty();
            committed += result.committed();
            elections += result.elections();
            removals += result.removals();
        }
        assertThat(committed).as("records").isGreaterThan(20 * SEEDS);
        assertThat(elections).as("elections").isGreaterThan(SEEDS);
        if (voters == Voters.CHANGING) assertThat(removals).as("removals").isGreaterThan(SEEDS / 2);
    }

    @ParameterizedTest
    @EnumSource
    void oneSeedGivesOneCourse(Voters voters) {
        assertThat(new QuorumStorm(5, voters, Bug.NONE).run()).isEqualTo(new QuorumStorm(5, voters, Bug.NONE).run());
    }

    /// Sets of the JDK that cannot change have another order in each process.
    @Test
    void oneSeedGivesOneCourseInEachProcess() throws IOException {
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Course.class.getName()));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            processes.add(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        for (Process each : processes)
            assertThat(new String(each.getInputStream().readAllBytes(), UTF_8).lines())
                    .contains(Course.ofSeedFive());
    }

    static final class Course {
        private Course() {}

        static String ofSeedFive() {
            return "course " + new QuorumStorm(5, Voters.FIVE, Bug.NONE).run();
        }

        static void main() {
            System.out.println(ofSeedFive());
        }
    }

    @Test
    void aDiskThatForgetsWhatWasForcedIsFound() {
        assertThat(violations(Voters.THREE, Bug.FORCED_WRITES_FORGOTTEN)).isNotEmpty();
    }

    @Test
    void aLeaderThatFailsWhenItIsRemovedIsFound() {
        assertThat(violations(Voters.CHANGING, Bug.REMOVED_LEADER_FAILS)).anyMatch(each -> each.contains("has failed"));
    }

    @Test
    void aVoterThatComesBackAsTheCandidateItWasIsFound() {
        assertThat(violations(Voters.FIVE, Bug.LOST_VOTE_IS_KEPT)).isNotEmpty();
    }

    private static List<String> violations(Voters voters, Bug bug) {
        var found = new ArrayList<String>();
        for (long seed = 1; seed <= SEEDS_OF_BUGS && found.isEmpty(); seed++)
            found.addAll(new QuorumStorm(seed, voters, bug).run().violations());
        return found;
    }
}
