package barnabas.cli.balance;

import barnabas.cli.balance.MovePlan.Move;
import barnabas.cli.balance.Placement.Held;
import barnabas.client.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans of least movement: nothing moves but onto the new broker, or off the one that is emptied. A new broker
/// gets its share of the number of replicas, of sizes that bring it near its share of the bytes. One that is
/// emptied gives each to the emptiest, where a replica weighs its bytes and as many again as the average replica
/// has. The number of racks that hold a partition never falls, where there is a choice.
///
/// Pure; made for one plan.
public final class Planner {
    private final Placement placement;
    private final Map<Integer, Double> loads = new HashMap<>();
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final Map<Integer, Integer> preferred = new HashMap<>();
    private final double unit;

    private Planner(Placement placement) {
        this.placement = placement;
        long bytes = 0;
        long replicas = 0;
        for (Held each : placement.partitions()) {
            replicas += each.replicas().size();
            bytes += each.bytes() * each.replicas().size();
        }
        this.unit = Math.max(1, (double) bytes / Math.max(1, replicas));
        for (int id : placement.racks().keySet()) {
            loads.put(id, 0.0);
            counts.put(id, 0);
        }
        for (Held each : placement.partitions()) {
            for (int id : each.replicas()) {
                loads.computeIfPresent(id, (_, load) -> load + weight(each));
                counts.computeIfPresent(id, (_, count) -> count + 1);
            }
            if (!each.replicas().isEmpty()) preferred.merge(each.replicas().getFirst(), 1, Integer::sum);
        }
    }

    private double weight(Held partition) {
        return unit + partition.bytes();
    }

    private double load(int broker) {
        return loads.getOrDefault(broker, 0.0);
    }

    private int count(int broker) {
        return counts.getOrDefault(broker, 0);
    }

    private int preferredOf(int broker) {
        return preferred.getOrDefault(broker, 0);
    }

    /// Replicas move from the fullest brokers onto `broker` until it has its share.
    public static MovePlan add(Placement placement, int broker) {
        return new Planner(placement).fill(broker);
    }

    /// Every replica leaves `broker` for the emptiest other one that keeps the racks apart.
    public static MovePlan drain(Placement placement, int broker) {
        return new Planner(placement).empty(broker);
    }

    private MovePlan empty(int broker) {
        var moves = new ArrayList<Move>();
        var impossible = new ArrayList<String>();
        List<Held> held = new ArrayList<>(placement.on(broker));
        // large ones first: small ones even out what they leave uneven
        held.sort(Comparator.comparingLong(Held::bytes).reversed());
        for (Held each : held) {
            Integer target = targetFor(each, broker);
            if (target == null) {
                impossible.add(each.partition() + " has replicas on all other brokers that run"
                        + (placement.cordoned().isEmpty()
                                ? ""
                                : " and take new ones ('barnabas cluster add' opens a drained one again)"));
            } else if (each.leader() < 0) {
                impossible.add(each.partition() + " has no leader to copy it from");
            } else {
                moves.add(moved(each, broker, target));
            }
        }
        return new MovePlan(List.copyOf(moves), List.copyOf(impossible));
    }

    private @Nullable Integer targetFor(Held partition, int leaving) {
        Integer best = null;
        for (int each : placement.racks().keySet()) {
            if (each == leaving || partition.replicas().contains(each)) continue;
            if (placement.cordoned().contains(each)) continue;
            if (best == null || isBetter(partition, leaving, each, best)) best = each;
        }
        return best;
    }

    private boolean isBetter(Held partition, int leaving, int one, int other) {
        int racksOfOne = racks(replaced(partition, leaving, one));
        int racksOfOther = racks(replaced(partition, leaving, other));
        if (racksOfOne != racksOfOther) return racksOfOne > racksOfOther;
        return load(one) < load(other);
    }

    private MovePlan fill(int broker) {
        var moves = new ArrayList<Move>();
        Set<TopicPartition> moved = new HashSet<>();
        // drained ones get no share
        int brokers = (int) placement.racks().keySet().stream()
                .filter(each -> each == broker || !placement.cordoned().contains(each))
                .count();
        double share = counts.values().stream().mapToInt(Integer::intValue).sum() / (double) brokers;
        double bytesShare = (loads.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum()
                        - counts.values().stream().mapToInt(Integer::intValue).sum() * unit)
                / brokers;
        double leaders = (double) placement.partitions().size() / brokers;
        // half a replica over is as good as half under
        while (count(broker) + 0.5 <= share) {
            double lacking = bytesShare - (load(broker) - count(broker) * unit);
            double wanted = Math.max(0, lacking / Math.max(1, share - count(broker)));
            boolean wantsLeader = preferredOf(broker) < leaders;
            Held next = null;
            int from = -1;
            for (int donor : fullestFirst(broker)) {
                if (count(donor) <= count(broker) + 1) break;
                next = bestOf(donor, broker, wanted, wantsLeader, moved);
                from = donor;
                if (next != null) break;
            }
            if (next == null) break;
            moved.add(next.partition());
            moves.add(moved(next, from, broker));
        }
        return new MovePlan(List.copyOf(moves), List.of());
    }

    private List<Integer> fullestFirst(int broker) {
        return placement.racks().keySet().stream()
                .filter(each -> each != broker)
                .sorted((one, other) -> count(other) != count(one)
                        ? Integer.compare(count(other), count(one))
                        : Double.compare(load(other), load(one)))
                .toList();
    }

    /// The replica of `donor` whose size comes nearest to `wanted`, of those that lead first if the new broker lacks
    /// leaders, of the others first if not.
    private @Nullable Held bestOf(
            int donor, int broker, double wanted, boolean wantsLeader, Set<TopicPartition> moved) {
        Held best = null;
        for (Held each : placement.partitions()) {
            if (!each.replicas().contains(donor) || each.replicas().contains(broker)) continue;
            if (moved.contains(each.partition()) || each.leader() < 0) continue;
            if (racks(replaced(each, donor, broker)) < racks(each.replicas())) continue;
            if (best == null || isPreferable(each, best, donor, wanted, wantsLeader)) best = each;
        }
        return best;
    }

    private static boolean isPreferable(Held one, Held other, int donor, double wanted, boolean wantsLeader) {
        boolean oneFits = (one.replicas().getFirst() == donor) == wantsLeader;
        boolean otherFits = (other.replicas().getFirst() == donor) == wantsLeader;
        if (oneFits != otherFits) return oneFits;
        return Math.abs(one.bytes() - wanted) < Math.abs(other.bytes() - wanted);
    }

    private Move moved(Held partition, int from, int to) {
        loads.computeIfPresent(from, (_, load) -> load - weight(partition));
        loads.merge(to, weight(partition), Double::sum);
        counts.computeIfPresent(from, (_, count) -> count - 1);
        counts.merge(to, 1, Integer::sum);
        if (partition.replicas().getFirst() == from) {
            preferred.merge(from, -1, Integer::sum);
            preferred.merge(to, 1, Integer::sum);
        }
        return new Move(
                partition.partition(),
                from,
                to,
                partition.replicas(),
                replaced(partition, from, to),
                partition.bytes());
    }

    private static List<Integer> replaced(Held partition, int from, int to) {
        return partition.replicas().stream().map(id -> id == from ? to : id).toList();
    }

    /// Brokers without a rack, or away, count as one each.
    private int racks(List<Integer> replicas) {
        var racks = new HashSet<String>();
        for (int id : replicas) {
            String rack = placement.racks().getOrDefault(id, "");
            racks.add(rack.isEmpty() ? "#" + id : rack);
        }
        return racks.size();
    }
}
