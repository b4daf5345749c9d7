package barnabas.metadata.placement;

import barnabas.metadata.image.BrokerRegistration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Deals partitions to brokers in turn, so that each leads and follows about as many partitions as any other.
///
/// The brokers that run stand in a ring in which racks take turns. A partition begins one place after the one before
/// it and takes as many neighbours as it needs, so its replicas lie in different racks as far as racks are equally
/// large. After each round the followers move one place further, so that a broker's partitions are not all followed by
/// the same others. Fenced brokers get replicas only when there are not enough others, and never the first.
public final class StripedPlacer implements ReplicaPlacer {
    @Override
    public Placement place(
            List<BrokerRegistration> brokers,
            int firstPartition,
            int partitions,
            int replicationFactor,
            RandomGenerator random) {
        List<Integer> running =
                ring(brokers.stream().filter(broker -> !broker.fenced()).toList(), random);
        if (running.isEmpty()) {
            return new Placement.Impossible(
                    "All brokers are currently fenced, or have all their log directories cordoned.");
        }
        if (replicationFactor > brokers.size()) {
            return new Placement.Impossible("The target replication factor of " + replicationFactor
                    + " cannot be reached because only " + brokers.size()
                    + " broker(s) are registered or some brokers have all their log directories cordoned.");
        }
        List<Integer> fenced =
                ring(brokers.stream().filter(BrokerRegistration::fenced).toList(), random);
        int start = random.nextInt(running.size());
        var placed = new ArrayList<List<Integer>>(partitions);
        for (int i = 0; i < partitions; i++) {
            placed.add(replicas(running, fenced, start + firstPartition + i, replicationFactor));
        }
        return new Placement.Placed(List.copyOf(placed));
    }

    private static List<Integer> replicas(List<Integer> running, List<Integer> fenced, int turn, int count) {
        var replicas = new ArrayList<Integer>(count);
        int size = running.size();
        int first = turn % size;
        int round = turn / size;
        replicas.add(running.get(first));
        int followers = size - 1;
        for (int i = 0; replicas.size() < count && i < followers; i++) {
            replicas.add(running.get((first + 1 + (round + i) % followers) % size));
        }
        for (int i = 0; replicas.size() < count; i++) replicas.add(fenced.get((turn + i) % fenced.size()));
        return List.copyOf(replicas);
    }

    /// Brokers in an order in which racks take turns, otherwise by chance.
    private static List<Integer> ring(List<BrokerRegistration> brokers, RandomGenerator random) {
        Map<String, List<Integer>> racks = new LinkedHashMap<>();
        brokers.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).forEach(broker -> {
            String rack = broker.rack();
            racks.computeIfAbsent(rack == null ? "" : rack, _ -> new ArrayList<>())
                    .add(broker.id());
        });
        var shuffler = Random.from(random);
        racks.values().forEach(rack -> Collections.shuffle(rack, shuffler));
        var order = new ArrayList<>(racks.values());
        Collections.shuffle(order, shuffler);
        var ring = new ArrayList<Integer>(brokers.size());
        var taken = new HashMap<List<Integer>, Integer>();
        while (ring.size() < brokers.size()) {
            for (List<Integer> rack : order) {
                int next = taken.merge(rack, 1, Integer::sum) - 1;
                if (next < rack.size()) ring.add(rack.get(next));
            }
        }
        return List.copyOf(ring);
    }
}
