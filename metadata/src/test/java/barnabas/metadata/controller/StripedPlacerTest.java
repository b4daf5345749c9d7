package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.placement.ReplicaPlacer;
import barnabas.metadata.placement.StripedPlacer;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StripedPlacerTest {
    private static BrokerRegistration broker(int id, String rack, boolean fenced) {
        return new BrokerRegistration(
                id, new Uuid(1, id), id, List.of(), new TreeMap<>(), rack, fenced, false, List.of(), List.of());
    }

    private static List<List<Integer>> place(
            List<BrokerRegistration> brokers, int partitions, int replicationFactor, long seed) {
        return switch (new StripedPlacer()
                .place(brokers, 0, partitions, replicationFactor, new SplittableRandom(seed))) {
            case ReplicaPlacer.Placement.Placed(var replicas) -> replicas;
            case ReplicaPlacer.Placement.Impossible(String reason) -> throw new AssertionError(reason);
        };
    }

    @Property(tries = 300)
    void leadersAndReplicasAreSpreadEvenly(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 7) int running,
            @ForAll @IntRange(min = 0, max = 3) int fenced,
            @ForAll @IntRange(min = 1, max = 40) int partitions) {
        var brokers = new ArrayList<BrokerRegistration>();
        for (int id = 0; id < running + fenced; id++) brokers.add(broker(id, null, id >= running));
        int factor = 1 + new SplittableRandom(seed).nextInt(running + fenced);
        List<List<Integer>> placed = place(brokers, partitions, factor, seed);
        var leaders = new HashMap<Integer, Integer>();
        assertThat(placed).hasSize(partitions);
        for (List<Integer> replicas : placed) {
            assertThat(replicas).hasSize(factor).doesNotHaveDuplicates();
            assertThat(replicas.getFirst()).isLessThan(running);
            long stopped = replicas.stream().filter(id -> id >= running).count();
            assertThat(stopped).isEqualTo(Math.max(0, factor - running));
            leaders.merge(replicas.getFirst(), 1, Integer::sum);
        }
        assertThat(leaders.values()).allMatch(count -> count <= (partitions + running - 1) / running);
    }

    @Property(tries = 100)
    void withEqualRacksAPartitionHasAReplicaInEach(@ForAll long seed) {
        var brokers = new ArrayList<BrokerRegistration>();
        for (int id = 0; id < 6; id++) brokers.add(broker(id, "rack" + id % 3, false));
        for (List<Integer> replicas : place(brokers, 1, 3, seed)) {
            var racks = new HashSet<Integer>();
            replicas.forEach(id -> racks.add(id % 3));
            assertThat(racks).hasSize(3);
        }
    }
}
