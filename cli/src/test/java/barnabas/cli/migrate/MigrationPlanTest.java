package barnabas.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.cli.console.Failure;
import barnabas.cli.migrate.ClusterView.Node;
import barnabas.cli.migrate.ClusterView.Partition;
import barnabas.cli.migrate.MigrationPlan.State;
import barnabas.cli.migrate.MigrationPlan.Step;
import barnabas.client.TopicPartition;
import barnabas.metadata.image.MetadataVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The next step of a migration, and what makes it unsafe.
class MigrationPlanTest {
    private static final Program BARNABAS = Program.barnabas("/opt/barnabas/bin/barnabas");
    private static final Program KAFKA = Program.kafka("4.3.1", "/opt/kafka/bin/kafka-server-start.sh");

    private int leaderId = 2;
    private final Map<Integer, Boolean> voters = new TreeMap<>(Map.of(1, true, 2, true, 3, true));
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Map<String, Short> features =
            new HashMap<>(Map.of("metadata.version", MetadataVersion.V4_3_IV0.level(), "share.version", (short) 1));
    private final List<Partition> partitions = new ArrayList<>();
    private final Set<TopicPartition> reassigning = new HashSet<>();
    private final List<String> groups = new ArrayList<>();

    MigrationPlanTest() {
        for (int id = 1; id <= 3; id++) runs(id, Software.KAFKA);
        partition(0, 1, List.of(1, 2, 3), List.of(1, 2, 3), 2);
    }

    private static Map<String, String> settings(int id) {
        return new TreeMap<>(Map.of(
                "process.roles", "broker,controller",
                "node.id", "" + id,
                "listeners", "PLAINTEXT://10.0.0." + id + ":9092,CONTROLLER://10.0.0." + id + ":9093",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.voters", "1@10.0.0.1:9093,2@10.0.0.2:9093,3@10.0.0.3:9093",
                "log.dirs", "/data"));
    }

    private void runs(int id, Software software) {
        nodes.put(id, new Node(id, "10.0.0." + id + ":9092", software, settings(id), Set.of()));
    }

    private void partition(int index, int leader, List<Integer> replicas, List<Integer> inSync, int minInSync) {
        partitions.add(new Partition(new TopicPartition("orders", index), leader, replicas, inSync, minInSync));
    }

    private MigrationPlan plan(Program to) {
        return plan(to, false);
    }

    private MigrationPlan plan(Program to, boolean acceptsOutage) {
        var view = new ClusterView(
                "id", leaderId, voters, List.copyOf(nodes.values()), features, partitions, reassigning, groups);
        return MigrationPlan.of(view, to, acceptsOutage);
    }

    private static List<String> states(MigrationPlan plan) {
        return plan.steps().stream()
                .map(each -> each.node().id() + " " + each.state())
                .toList();
    }

    private void refused(Program to, String reason) {
        MigrationPlan plan = plan(to);
        assertThat(plan.refusals()).singleElement().asString().contains(reason);
        assertThat(plan.isSafe()).isFalse();
    }

    @Test
    void theActiveControllerIsTheLast() {
        assertThat(states(plan(BARNABAS))).containsExactly("1 NEXT", "3 LATER", "2 LATER");
        assertThat(plan(BARNABAS).refusals()).isEmpty();
        runs(1, Software.BARNABAS);
        assertThat(states(plan(BARNABAS))).containsExactly("1 DONE", "3 NEXT", "2 LATER");
        runs(3, Software.BARNABAS);
        leaderId = 1;
        assertThat(states(plan(BARNABAS))).containsExactly("2 NEXT", "3 DONE", "1 DONE");
        runs(2, Software.BARNABAS);
        assertThat(plan(BARNABAS).isComplete()).isTrue();
        assertThat(states(plan(KAFKA))).containsExactly("2 NEXT", "3 LATER", "1 LATER");
        assertThat(plan(KAFKA).refusals()).isEmpty();
    }

    @Test
    void partitionsThatAreNotAtRest() {
        partition(1, -1, List.of(1, 2, 3), List.of(1), 2);
        refused(BARNABAS, "1 partition without a leader: orders-1");
        partitions.removeLast();
        for (int i = 1; i <= 5; i++) partition(i, 1, List.of(1, 2, 3), List.of(1, 2), 2);
        refused(BARNABAS, "5 partitions under-replicated: orders-1, orders-2, orders-3 and 2 more");
        partitions.subList(1, partitions.size()).clear();
        reassigning.add(new TopicPartition("orders", 0));
        refused(BARNABAS, "1 partition being reassigned: orders-0");
    }

    @Test
    void aFinishedMigrationRefusesNothing() {
        for (int id = 1; id <= 3; id++) runs(id, Software.BARNABAS);
        partition(1, 1, List.of(1, 2, 3), List.of(1, 2), 2);
        assertThat(plan(BARNABAS).isComplete()).isTrue();
        assertThat(plan(BARNABAS).refusals()).isEmpty();
    }

    @Test
    void aQuorumThatWouldBeLost() {
        voters.put(3, false);
        refused(BARNABAS, "no majority without node 1: 1 of the other voters follow, 2 are needed");
        voters.put(3, true);
        leaderId = -1;
        refused(BARNABAS, "the metadata quorum has no leader");
        leaderId = 1;
        voters.keySet().retainAll(Set.of(1, 2));
        refused(BARNABAS, "no majority without node 2: 1 of the other voters follow, 2 are needed");
    }

    @Test
    void aBrokerThatIsNoVoterNeedsNoMajority() {
        voters.keySet().retainAll(Set.of(2, 3));
        assertThat(states(plan(BARNABAS)).getFirst()).isEqualTo("1 NEXT");
        assertThat(plan(BARNABAS).refusals()).isEmpty();
    }

    @Test
    void aNodeThatIsDownComesBackFirst() {
        nodes.put(3, Node.unseen(3));
        voters.put(3, false);
        MigrationPlan plan = plan(BARNABAS);
        assertThat(states(plan)).containsExactly("1 NEXT", "3 DOWN", "2 LATER");
        assertThat(plan.refusals()).hasSize(2).first().asString().startsWith("node 3 does not run: start it");
    }

    @Test
    void aControllerAloneIsLeftToTheOperator() {
        nodes.put(3, Node.unseen(3));
        MigrationPlan plan = plan(BARNABAS);
        assertThat(states(plan)).containsExactly("1 NEXT", "3 BY_HAND", "2 LATER");
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.notes()).singleElement().asString().startsWith("node 3 is a controller alone");
    }

    @Test
    void featureLevelsThatTheProgramDoesNotKnow() {
        features.put("metadata.version", MetadataVersion.V4_4_IV0.level());
        assertThat(plan(BARNABAS).refusals()).isEmpty();
        features.put("metadata.version", (short) 99);
        refused(BARNABAS, "metadata.version is at level 99, too high: Barnabas knows 4.4-IV2 at most");
        features.put("metadata.version", (short) 1);
        refused(BARNABAS, "metadata.version is at level 1, too low: Barnabas needs 3.3-IV3 at least");
        features.put("metadata.version", MetadataVersion.V4_3_IV0.level());
        features.put("later.version", (short) 1);
        refused(BARNABAS, "later.version is at level 1, which Barnabas does not know");
        features.put("later.version", (short) 0);
        assertThat(plan(BARNABAS).refusals()).isEmpty();
    }

    @Test
    void featureLevelsOfTheWayBack() {
        for (int id = 1; id <= 3; id++) runs(id, Software.BARNABAS);
        assertThat(plan(KAFKA).refusals()).isEmpty();
        features.put("metadata.version", MetadataVersion.V4_4_IV0.level());
        refused(KAFKA, "metadata.version is at 4.4-IV0, too high: Apache Kafka 4.3.1 knows 4.3-IV0 at most");
        features.put("metadata.version", MetadataVersion.V4_3_IV0.level());
        features.put("share.version", (short) 2);
        refused(KAFKA, "share.version is at level 2, too high: Apache Kafka 4.3.1 knows level 1 at most");
    }

    @Test
    void settingsThatBarnabasRefuses() {
        Map<String, String> settings = settings(3);
        settings.put("remote.log.storage.system.enable", "true");
        nodes.put(3, new Node(3, "10.0.0.3:9092", Software.KAFKA, settings, Set.of()));
        refused(BARNABAS, "settings of node 3: remote.log.storage.system.enable=true is not served");
        for (int id = 1; id <= 3; id++)
            nodes.put(id, new Node(id, "a:1", Software.BARNABAS, id == 3 ? settings : settings(id), Set.of()));
        assertThat(plan(KAFKA).refusals()).as("the way back").isEmpty();
    }

    @Test
    void secretsAreNotChecked() {
        nodes.put(3, new Node(3, "a:1", Software.KAFKA, settings(3), Set.of("ssl.keystore.password")));
        assertThat(plan(BARNABAS).refusals()).isEmpty();
        assertThat(plan(BARNABAS).notes()).singleElement().asString().contains("ssl.keystore.password");
        nodes.put(3, new Node(3, "a:1", Software.KAFKA, settings(3), Set.of("log.retention.hour")));
        refused(BARNABAS, "Unknown configuration log.retention.hour");
    }

    @Test
    void groupsThatBarnabasDoesNotServe() {
        groups.add("share group 'jobs'");
        refused(BARNABAS, "share group 'jobs' is not served by Barnabas");
        for (int id = 1; id <= 3; id++) runs(id, Software.BARNABAS);
        assertThat(plan(KAFKA).refusals()).as("the way back").isEmpty();
    }

    @Test
    void partitionsWithoutASpareReplica() {
        partition(1, 1, List.of(1), List.of(1), 1);
        refused(BARNABAS, "1 partition away while node 1 changes, its only replica is there: orders-1");
        assertThat(plan(BARNABAS, true).refusals()).isEmpty();
        assertThat(plan(BARNABAS, true).notes()).singleElement().asString().contains("orders-1");
        partitions.removeLast();
        partition(1, 1, List.of(1, 2), List.of(1, 2), 2);
        refused(BARNABAS, "1 partition without min.insync.replicas while node 1 changes");
        partitions.removeLast();
        partition(1, 2, List.of(2), List.of(2), 1);
        assertThat(plan(BARNABAS).refusals()).as("on another node").isEmpty();
    }

    @Test
    void programs(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> Program.at(folder)).isInstanceOf(Failure.class).hasMessageContaining("neither");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createFile(bin.resolve("kafka-server-start.sh"));
        assertThatThrownBy(() -> Program.at(folder)).hasMessageContaining("kafka-clients");
        Path libs = Files.createDirectories(folder.resolve("libs"));
        Files.createFile(libs.resolve("kafka-clients-9.9.0.jar"));
        assertThatThrownBy(() -> Program.at(folder)).hasMessageContaining("Apache Kafka 9.9.0 is not known");
        Files.move(libs.resolve("kafka-clients-9.9.0.jar"), libs.resolve("kafka-clients-4.3.1.jar"));
        Program kafka = Program.at(folder);
        assertThat(kafka.toString()).isEqualTo("Apache Kafka 4.3.1");
        assertThat(kafka.supported().get("metadata.version").max()).isEqualTo(MetadataVersion.V4_3_IV0.level());
        // Barnabas has scripts of Kafka's names beside its own.
        Files.createFile(bin.resolve("barnabas"));
        assertThat(Program.at(folder).software()).isEqualTo(Software.BARNABAS);
        assertThat(Program.at(folder).start()).isEqualTo(bin.resolve("barnabas") + " start --config");
    }

    @Test
    void rolesOfSteps() {
        voters.keySet().retainAll(Set.of(2, 3));
        assertThat(plan(BARNABAS).steps().stream().map(Step::role)).containsExactly("broker", "voter", "controller");
        assertThat(plan(BARNABAS).steps().getFirst().state()).isEqualTo(State.NEXT);
    }
}
