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
/// The brokers that run stand in a ring in which racks take turns. A partition begins one place after the one before it
/// and takes neighbours, each time the next one in a rack with the fewest of its replicas: it lies in as many racks as
/// it can. After each round the search for followers begins one place further, so that a broker's partitions are not
/// all followed by the same others. Fenced brokers get replicas only when there are not enough others, never the first.
public final class StripedPlacer implements ReplicaPlacer {
    @Override
    public Placement place(
            List<BrokerRegistration> brokers,
            int firstPartition,
            int partitions,
            int replicationFactor,
            RandomGenerator random) {
        List<BrokerRegistration> running =
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
        List<BrokerRegistration> fenced =
                ring(brokers.stream().filter(BrokerRegistration::fenced).toList(), random);
        int start = random.nextInt(running.size());
        var placed = new ArrayList<List<Integer>>(partitions);
        for (int i = 0; i < partitions; i++) {
            int partition = firstPartition + i;
            int round = partition / running.size();
            placed.add(replicas(running, fenced, start + partition, round, replicationFactor));
        }
        return new Placement.Placed(List.copyOf(placed));
    }

    private static List<Integer> replicas(
            List<BrokerRegistration> running, List<BrokerRegistration> fenced, int turn, int round, int count) {
        int size = running.size();
        int first = turn % size;
        var replicas = new Replicas(count);
        replicas.add(running.get(first));
        int others = size - 1;
        var followers = new ArrayList<BrokerRegistration>(others);
        for (int i = 0; i < others; i++) followers.add(running.get((first + 1 + (round + i) % others) % size));
        replicas.fill(followers);
        var last = new ArrayList<>(fenced);
        if (!last.isEmpty()) Collections.rotate(last, -(turn % last.size()));
        replicas.fill(last);
        return List.copyOf(replicas.brokers);
    }

    /// Replicas of one partition while it is placed.
    private static final class Replicas {
        final List<Integer> brokers;
        private final Map<String, Integer> perRack = new HashMap<>();
        private final int count;

        Replicas(int count) {
            this.brokers = new ArrayList<>(count);
            this.count = count;
        }

        void add(BrokerRegistration broker) {
            brokers.add(broker.id());
            perRack.merge(rack(broker), 1, Integer::sum);
        }

        /// Takes candidates while replicas are missing, each time the first of those in the racks with the fewest.
        void fill(List<BrokerRegistration> candidates) {
            while (brokers.size() < count && !candidates.isEmpty()) {
                int best = 0;
                for (int i = 1; i < candidates.size(); i++)
                    if (inRack(candidates, i) < inRack(candidates, best)) best = i;
                add(candidates.remove(best));
            }
        }

        private int inRack(List<BrokerRegistration> candidates, int index) {
            return perRack.getOrDefault(rack(candidates.get(index)), 0);
        }
    }

    private static String rack(BrokerRegistration broker) {
        String rack = broker.rack();
        return rack == null ? "" : rack;
    }

    /// Brokers in an order in which racks take turns, otherwise by chance.
    private static List<BrokerRegistration> ring(List<BrokerRegistration> brokers, RandomGenerator random) {
        Map<String, List<BrokerRegistration>> racks = new LinkedHashMap<>();
        brokers.stream()
                .sorted((a, b) -> Integer.compare(a.id(), b.id()))
                .forEach(broker -> racks.computeIfAbsent(rack(broker), _ -> new ArrayList<>())
                        .add(broker));
        var shuffler = Random.from(random);
        racks.values().forEach(rack -> Collections.shuffle(rack, shuffler));
        var order = new ArrayList<>(racks.values());
        Collections.shuffle(order, shuffler);
        var ring = new ArrayList<BrokerRegistration>(brokers.size());
        int turn = 0;
        while (ring.size() < brokers.size()) {
            for (List<BrokerRegistration> rack : order) if (turn < rack.size()) ring.add(rack.get(turn));
            turn++;
        }
        return List.copyOf(ring);
    }
}
