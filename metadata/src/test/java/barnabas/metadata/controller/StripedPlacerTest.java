package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.placement.ReplicaPlacer;
import barnabas.metadata.placement.StripedPlacer;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    @Property(tries = 300)
    void aPartitionLiesInAsManyRacksAsItHasReplicas(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int running,
            @ForAll @IntRange(min = 0, max = 3) int fenced,
            @ForAll @IntRange(min = 1, max = 4) int racks,
            @ForAll @IntRange(min = 1, max = 40) int partitions) {
        var random = new SplittableRandom(seed);
        var brokers = new ArrayList<BrokerRegistration>();
        for (int id = 0; id < running + fenced; id++)
            brokers.add(broker(id, "rack" + random.nextInt(racks), id >= running));
        int factor = 1 + random.nextInt(running);
        for (List<Integer> replicas : place(brokers, partitions, factor, seed))
            assertThat(racks(brokers, replicas))
                    .hasSize(Math.min(
                            factor,
                            racks(brokers, IntStream.range(0, running).boxed().toList())
                                    .size()));
    }

    private static Set<String> racks(List<BrokerRegistration> brokers, List<Integer> replicas) {
        return replicas.stream().map(id -> brokers.get(id).rack()).collect(Collectors.toSet());
    }

    @Property(tries = 100)
    void withEqualRacksEachBrokerHasAsManyReplicas(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int racks,
            @ForAll @IntRange(min = 1, max = 3) int inEach,
            @ForAll @IntRange(min = 1, max = 5) int rounds) {
        int running = racks * inEach;
        var brokers = new ArrayList<BrokerRegistration>();
        for (int id = 0; id < running; id++) brokers.add(broker(id, "rack" + id % racks, false));
        int factor = 1 + new SplittableRandom(seed).nextInt(racks);
        var counts = new HashMap<Integer, Integer>();
        for (List<Integer> replicas : place(brokers, running * rounds, factor, seed)) {
            assertThat(racks(brokers, replicas)).hasSize(factor);
            replicas.forEach(id -> counts.merge(id, 1, Integer::sum));
        }
        assertThat(counts.values()).hasSize(running).containsOnly(factor * rounds);
    }
}
