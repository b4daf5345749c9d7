package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/// Random scripts give the same transcript on our shard and on Apache Kafka's own.
///
/// `-Dbarnabas.scripts=N` runs more of them. Known and accepted differences, which the scripts avoid: Kafka
/// chooses among equal candidates (next leader, protocols with equal votes) in the order of a hash map; it lets a
/// second join or sync of the same member hang; a pending id that leaves makes it rebalance everybody else; and it
/// sometimes remembers from an earlier rebalance that a member was added.
class KafkaDifferentialTest {
    private static final int SCRIPTS = Integer.getInteger("barnabas.scripts", 200);
    private static final int COMMANDS = 60;
    private static final List<String> OURS =
            List.of(OurAssignorInKafka.Uniform.class.getName(), OurAssignorInKafka.Range.class.getName());

    @Test
    void classicGroupsAndOffsets() {
        int leadersDiffer = 0;
        for (int seed = 0; seed < SCRIPTS; seed++) {
            String script = new ClassicScripts(seed).script(COMMANDS);
            List<String> ours = run(new OurDriver(TestConfigs.of(Map.of())), script);
            List<String> kafkas = run(new KafkaDriver(Map.of()), script);
            // From here on the two legitimately go different ways.
            if (onlyTheLeaderDiffers(ours, kafkas)) leadersDiffer++;
            else assertSame(seed, ours, kafkas);
        }
        assertThat(leadersDiffer).isLessThan(SCRIPTS / 3);
    }

    @Test
    void consumerGroups() {
        Map<String, ?> kafkaProperties = Map.of("group.consumer.assignors", OURS);
        for (int seed = 0; seed < SCRIPTS; seed++) {
            String script = new ConsumerScripts(seed).script(COMMANDS);
            List<String> ours = run(new OurDriver(TestConfigs.of(Map.of())), script);
            List<String> kafkas = run(new KafkaDriver(kafkaProperties), script);
            assertSame(seed, ours, kafkas);
        }
    }

    /// Kafka cannot upgrade a group that has never had a generation, or a member of which no longer supports the
    /// protocol of the last one: it answers UNKNOWN_SERVER_ERROR.
    @Test
    void groupsThatChangeTheirProtocol() {
        int leadersDiffer = 0;
        int kafkaGaveUp = 0;
        for (int seed = 0; seed < SCRIPTS; seed++) {
            String policy = seed % 8 == 0 ? "disabled" : seed % 8 == 1 ? "upgrade" : "bidirectional";
            String script = new MigrationScripts(seed).script(COMMANDS);
            List<String> ours =
                    run(new OurDriver(TestConfigs.of(Map.of("group.consumer.migration.policy", policy))), script);
            List<String> kafkas;
            try {
                kafkas = run(
                        new KafkaDriver(
                                Map.of("group.consumer.migration.policy", policy, "group.consumer.assignors", OURS)),
                        script);
            } catch (NoSuchElementException | IllegalArgumentException e) {
                kafkaGaveUp++;
                continue;
            }
            if (onlyTheLeaderDiffers(ours, kafkas)) leadersDiffer++;
            else assertSame(seed, ours, kafkas);
        }
        assertThat(leadersDiffer).isLessThan(SCRIPTS / 3);
        assertThat(kafkaGaveUp).isLessThan(SCRIPTS / 3);
    }

    private static boolean onlyTheLeaderDiffers(List<String> ours, List<String> kafkas) {
        int line = firstDifference(ours, kafkas);
        return line < Math.min(ours.size(), kafkas.size())
                && withoutLeader(ours.get(line)).equals(withoutLeader(kafkas.get(line)));
    }

    private static int firstDifference(List<String> ours, List<String> kafkas) {
        int line = 0;
        while (line < ours.size() && line < kafkas.size() && ours.get(line).equals(kafkas.get(line))) line++;
        return line;
    }

    private static void assertSame(int seed, List<String> ours, List<String> kafkas) {
        if (ours.equals(kafkas)) return;
        int line = firstDifference(ours, kafkas);
        fail(
                "seed %d, line %d:%n%s%nours:  %s%nKafka: %s",
                seed,
                line,
                String.join("\n", ours.subList(0, line)),
                ours.subList(line, Math.min(line + 5, ours.size())),
                kafkas.subList(line, Math.min(line + 5, kafkas.size())));
    }

    private static String withoutLeader(String line) {
        return line.replaceAll("leader=\\S+ ", "").replaceAll("members=\\[.*", "");
    }

    private static List<String> run(GroupDriver driver, String script) {
        return new GroupScript(driver).run(script).lines().toList();
    }
}
