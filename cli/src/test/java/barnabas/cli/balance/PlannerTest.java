package barnabas.cli.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import barnabas.cli.balance.MovePlan.Move;
import barnabas.cli.balance.Placement.Held;
import barnabas.client.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static Placement placement(Map<Integer, String> racks, Held... partitions) {
        return new Placement(new TreeMap<>(racks), Set.of(), List.of(partitions));
    }

    private static Placement cordoned(Placement placement, Integer... brokers) {
        return new Placement(placement.racks(), Set.of(brokers), placement.partitions());
    }

    private static Held held(int index, long bytes, Integer... replicas) {
        return new Held(new TopicPartition("t", index), List.of(replicas), replicas[0], bytes);
    }

    @Test
    void aDrainedBrokerGivesItsPlacesToTheEmptiestOthers() {
        Placement before = placement(
                Map.of(1, "", 2, "", 3, "", 4, ""), held(0, 100, 1, 2), held(1, 100, 3, 1), held(2, 100, 2, 3));
        MovePlan plan = Planner.drain(before, 1);
        assertThat(plan.impossible()).isEmpty();
        assertThat(plan.moves())
                .extracting(Move::partition, Move::after)
                .containsExactly(
                        tuple(new TopicPartition("t", 0), List.of(4, 2)),
                        tuple(new TopicPartition("t", 1), List.of(3, 4)));
        assertThat(plan.bytes()).isEqualTo(200);
    }

    @Test
    void aPartitionOnAllBrokersCannotLeaveOne() {
        Placement before = placement(Map.of(1, "", 2, ""), held(0, 0, 1, 2));
        assertThat(Planner.drain(before, 1).impossible())
                .containsExactly("t-0 has replicas on all other brokers that run");
    }

    @Test
    void nothingMovesOntoADrainedBroker() {
        Placement before = placement(Map.of(1, "", 2, "", 3, ""), held(0, 10, 1), held(1, 10, 3), held(2, 10, 3));
        assertThat(Planner.drain(cordoned(before, 2), 3).moves())
                .hasSize(2)
                .allMatch(each -> each.after().equals(List.of(1)));
        assertThat(Planner.drain(cordoned(before, 1, 2), 3).impossible())
                .containsExactly(
                        "t-1 has replicas on all other brokers that run and take new ones"
                                + " ('barnabas cluster add' opens a drained one again)",
                        "t-2 has replicas on all other brokers that run and take new ones"
                                + " ('barnabas cluster add' opens a drained one again)");
    }

    @Test
    void aBrokerIsAddedBesideADrainedOne() {
        var partitions = new ArrayList<Held>();
        for (int i = 0; i < 8; i++) partitions.add(held(i, 100, 1));
        Placement before = placement(Map.of(1, "", 2, "", 3, ""), partitions.toArray(Held[]::new));
        // still cordoned when the plan is made, if it was drained before
        assertThat(Planner.add(cordoned(before, 2, 3), 3).moves()).hasSize(4).allMatch(each -> each.to() == 3);
    }

    @Test
    void aDrainKeepsRacksApart() {
        Placement before = placement(
                Map.of(1, "a", 2, "b", 3, "b", 4, "a"), held(0, 10, 1, 2), held(1, 500, 4, 3), held(2, 500, 4, 3));
        assertThat(Planner.drain(before, 1).moves().getFirst().after()).containsExactly(4, 2);
    }

    @Test
    void aDeadBrokerIsDrainedFromTheOtherReplicas() {
        Placement before = placement(
                Map.of(2, "", 3, ""),
                new Held(new TopicPartition("t", 0), List.of(1, 2), 2, 10),
                new Held(new TopicPartition("t", 1), List.of(1), -1, 0));
        MovePlan plan = Planner.drain(before, 1);
        assertThat(plan.moves()).extracting(Move::after).containsExactly(List.of(3, 2));
        assertThat(plan.impossible()).containsExactly("t-1 has no leader to copy it from");
    }

    @Test
    void anAddedBrokerGetsItsShareAndNothingElseMoves() {
        var partitions = new ArrayList<Held>();
        for (int i = 0; i < 12; i++) partitions.add(held(i, 100, 1 + i % 3, 1 + (i + 1) % 3));
        Placement before = placement(Map.of(1, "", 2, "", 3, "", 4, ""), partitions.toArray(Held[]::new));
        MovePlan plan = Planner.add(before, 4);
        assertThat(plan.moves()).hasSize(6).allMatch(each -> each.to() == 4);
        assertThat(plan.moves().stream().filter(each -> each.after().getFirst() == 4))
                .as("preferred leaderships")
                .hasSize(3);
        assertThat(Planner.add(after(before, plan), 4).moves())
                .as("once is enough")
                .isEmpty();
    }

    @Test
    void anAddedBrokerComesNearItsShareOfTheBytes() {
        var partitions = new ArrayList<Held>();
        for (int i = 0; i < 30; i++) partitions.add(held(i, i % 3 == 0 ? 1_000 : 0, 1 + i % 2));
        Placement before = placement(Map.of(1, "", 2, "", 3, ""), partitions.toArray(Held[]::new));
        MovePlan plan = Planner.add(before, 3);
        assertThat(plan.moves()).hasSize(10);
        assertThat(plan.bytes()).isBetween(2_000L, 5_000L);
    }

    @Test
    void anAddedBrokerTakesNothingThatWouldBringTwoReplicasIntoOneRack() {
        Placement before = placement(
                Map.of(1, "a", 2, "b", 3, "a"),
                held(0, 10, 1, 2),
                held(1, 10, 1, 2),
                held(2, 10, 2, 1),
                held(3, 10, 2, 1));
        assertThat(Planner.add(before, 3).moves()).isNotEmpty().allMatch(each -> each.from() == 1);
    }

    private static Placement after(Placement before, MovePlan plan) {
        var moved = new HashMap<TopicPartition, List<Integer>>();
        for (Move each : plan.moves()) moved.put(each.partition(), each.after());
        return new Placement(
                before.racks(),
                before.cordoned(),
                before.partitions().stream()
                        .map(each -> {
                            List<Integer> replicas = moved.getOrDefault(each.partition(), each.replicas());
                            return new Held(each.partition(), replicas, replicas.getFirst(), each.bytes());
                        })
                        .toList());
    }

    /// Properties of all plans, over random clusters.
    @Test
    void plansKeepReplicasAndRacks() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            int brokers = 2 + random.nextInt(6);
            boolean racked = random.nextBoolean();
            var racks = new HashMap<Integer, String>();
            for (int id = 1; id <= brokers; id++) racks.put(id, racked ? "r" + id % 3 : "");
            int factor = 1 + random.nextInt(Math.min(3, brokers - 1));
            var partitions = new ArrayList<Held>();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                var ids = new ArrayList<>(racks.keySet());
                ids.remove(Integer.valueOf(brokers));
                Collections.shuffle(ids, random);
                partitions.add(
                        held(i, random.nextInt(1_000), ids.subList(0, factor).toArray(Integer[]::new)));
            }
            Placement before = placement(racks, partitions.toArray(Held[]::new));
            check(seed, before, Planner.add(before, brokers));
            MovePlan drain = Planner.drain(before, 1);
            check(seed, before, drain);
            if (drain.impossible().isEmpty())
                assertThat(after(before, drain).on(1)).as("seed %d", seed).isEmpty();
        }
    }

    private static void check(long seed, Placement before, MovePlan plan) {
        var seen = new HashSet<TopicPartition>();
        for (Move each : plan.moves()) {
            assertThat(seen.add(each.partition())).as("seed %d", seed).isTrue();
            assertThat(new HashSet<>(each.after())).as("seed %d", seed).hasSameSizeAs(each.before());
            assertThat(each.before()).as("seed %d", seed).contains(each.from()).doesNotContain(each.to());
            assertThat(each.after()).as("seed %d", seed).contains(each.to()).doesNotContain(each.from());
        }
        assertThat(before.racks().keySet())
                .as("seed %d", seed)
                .containsAll(plan.moves().stream().map(Move::to).toList());
    }
}
