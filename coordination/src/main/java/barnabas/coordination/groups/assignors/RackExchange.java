package barnabas.coordination.groups.assignors;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Exchanges partitions between members until as many as possible have a replica in their member's rack, from which
/// they can be fetched without leaving the rack (KIP-392, KIP-881). Every member keeps its number of partitions, or
/// gives the one that it has more than another to that other, and nothing moves without need: an even, sticky plan
/// stays as even and almost as sticky.
///
/// Members of one rack are alike, so an exchange is a path through racks: a partition in the wrong rack moves to a
/// rack of its replicas, one that must make room there moves to a rack of its own, and so on, until a rack has room
/// or a partition may move to the first rack. Without such a path, no plan with these sizes has more partitions in
/// the right rack (augmenting paths, as in a maximum flow).
///
/// @param <P> what is exchanged: one partition, or the partitions of several topics that stay together
final class RackExchange<P> {
    /// A member with what it is about to get.
    interface Holder<P> {
        /// Null when it did not say.
        @Nullable
        String rack();

        int size();

        /// Partitions of the member, the first to give away first.
        Collection<P> held();

        void add(P partition);

        void remove(P partition);
    }

    /// The rack of members that have none: no replica is there.
    private static final String NOWHERE = "";

    /// @param racks of the replicas, as far as anybody is there
    private record Placed<P>(Holder<P> holder, P partition, Set<String> racks) {}

    /// One step of a way: a placed partition of the rack goes on to the next one.
    private record Step<P>(Placed<P> placed, @Nullable Step<P> before) {}

    /// By the rack of the holder, then by the racks of the replicas, as far as anybody is there.
    private final Map<String, Map<Set<String>, Deque<Placed<P>>>> byRack = new LinkedHashMap<>();
    private final Map<String, List<Holder<P>>> holders = new HashMap<>();

    /// @param holders may have anything that another one has
    private RackExchange(Collection<? extends Holder<P>> holders, Function<P, Set<String>> racksOf) {
        for (Holder<P> each : holders) {
            byRack.computeIfAbsent(rack(each), any -> new LinkedHashMap<>());
            this.holders.computeIfAbsent(rack(each), any -> new ArrayList<>()).add(each);
        }
        Function<P, Set<String>> known = withKnownOnly(racksOf);
        for (Holder<P> each : holders) {
            for (P partition : each.held()) put(new Placed<>(each, partition, known.apply(partition)));
        }
    }

    /// Exchanges among `holders`, any of which may have what another one has.
    ///
    /// @param racksOf the racks with a replica
    static <P> void exchange(Collection<? extends Holder<P>> holders, Function<P, Set<String>> racksOf) {
        boolean anyRack = false;
        for (Holder<P> each : holders) anyRack |= each.rack() != null;
        if (anyRack && holders.size() > 1) new RackExchange<>(holders, racksOf).run();
    }

    private static String rack(Holder<?> holder) {
        String rack = holder.rack();
        return rack == null ? NOWHERE : rack;
    }

    /// Racks without a member are no place to go to. Equal sets are one set, there are few of them.
    private Function<P, Set<String>> withKnownOnly(Function<P, Set<String>> all) {
        var known = new HashMap<Set<String>, Set<String>>();
        return partition -> known.computeIfAbsent(all.apply(partition), racks -> {
            var kept = new LinkedHashSet<String>();
            for (String rack : byRack.keySet()) if (racks.contains(rack)) kept.add(rack);
            return kept;
        });
    }

    private Deque<Placed<P>> alike(Placed<P> placed) {
        return byRack.getOrDefault(rack(placed.holder), Map.of())
                .computeIfAbsent(placed.racks, any -> new ArrayDeque<>());
    }

    private void put(Placed<P> placed) {
        alike(placed).add(placed);
    }

    private void run() {
        boolean better = true;
        while (better) better = bringHome();
    }

    /// True when something moved: that may have opened a way for what had none.
    private boolean bringHome() {
        boolean any = false;
        for (String from : List.copyOf(byRack.keySet())) {
            for (Set<String> racks : List.copyOf(placedIn(from).keySet())) {
                if (racks.isEmpty() || racks.contains(from)) continue;
                Deque<Placed<P>> strays = placedIn(from).getOrDefault(racks, new ArrayDeque<>());
                while (!strays.isEmpty() && bringHome(ofLargest(strays), from, racks)) any = true;
            }
        }
        return any;
    }

    private Map<Set<String>, Deque<Placed<P>>> placedIn(String rack) {
        return byRack.getOrDefault(rack, Map.of());
    }

    /// Looks for the shortest way, and takes it; false when there is none.
    private boolean bringHome(Placed<P> stray, String from, Set<String> racks) {
        var reached = new HashMap<String, Step<P>>();
        var next = new ArrayDeque<String>();
        var start = new Step<>(stray, null);
        for (String rack : racks) {
            reached.put(rack, start);
            next.add(rack);
        }
        while (!next.isEmpty()) {
            String rack = next.remove();
            Holder<P> smallest = smallest(rack);
            if (smallest != null && smallest.size() < stray.holder.size()) {
                rotate(reached.get(rack), smallest);
                return true;
            }
            for (Map.Entry<Set<String>, Deque<Placed<P>>> each : placedIn(rack).entrySet()) {
                Placed<P> first = each.getValue().peekFirst();
                if (first == null) continue;
                var step = new Step<>(first, reached.get(rack));
                // At home already, it may leave for another home only; a stray may go anywhere.
                if (each.getKey().contains(from) || !each.getKey().contains(rack)) {
                    rotate(step, stray.holder);
                    return true;
                }
                for (String other : each.getKey()) {
                    if (reached.putIfAbsent(other, step) == null) next.add(other);
                }
            }
        }
        return false;
    }

    /// Strays are alike but for what their holders can spare.
    private static <P> Placed<P> ofLargest(Deque<Placed<P>> strays) {
        Placed<P> found = strays.getFirst();
        for (Placed<P> each : strays) if (each.holder.size() > found.holder.size()) found = each;
        return found;
    }

    private @Nullable Holder<P> smallest(String rack) {
        Holder<P> smallest = null;
        for (Holder<P> each : holders.getOrDefault(rack, List.of())) {
            if (smallest == null || each.size() < smallest.size()) smallest = each;
        }
        return smallest;
    }

    /// Everything on the way takes the place of what comes after it.
    ///
    /// @param end who takes the last
    private void rotate(@Nullable Step<P> last, Holder<P> end) {
        var way = new ArrayList<Placed<P>>();
        for (Step<P> step = last; step != null; step = step.before) way.add(step.placed);
        for (Placed<P> each : way) {
            alike(each).remove(each);
            each.holder.remove(each.partition);
        }
        Holder<P> to = end;
        for (Placed<P> each : way) {
            to.add(each.partition);
            put(new Placed<>(to, each.partition, each.racks));
            to = each.holder;
        }
    }
}
