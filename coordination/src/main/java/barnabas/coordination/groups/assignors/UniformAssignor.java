package barnabas.coordination.groups.assignors;

import barnabas.protocol.Uuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Spreads partitions evenly and moves as few as that takes.
///
/// When all members subscribe to the same topics the numbers differ by one at most, and no partition moves that
/// an even spread can leave where it is. When subscriptions differ, partitions are moved from members with more
/// to members with less until no single move makes it more even. In either case members with equal subscriptions
/// then exchange partitions until as many as possible are read within a rack.
public final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, Map<Uuid, Set<Integer>>> assign(Situation situation) {
        var plan = new Plan(situation);
        plan.keepWhatIsValid();
        if (isHomogeneous(situation)) {
            plan.releaseBeyondQuota();
            plan.fillToQuota();
            plan.exchangeBetweenRacks();
        } else {
            plan.giveAwayUnassigned();
            // An exchange can give a member a partition that a third member with fewer may take. Ends, because each
            // round makes the plan more even.
            do plan.exchangeBetweenRacks();
            while (plan.levelOut());
        }
        return plan.result();
    }

    private static boolean isHomogeneous(Situation situation) {
        Set<Uuid> first = null;
        for (Subscriber member : situation.members().values()) {
            if (first == null) first = member.topics();
            else if (!first.equals(member.topics())) return false;
        }
        return true;
    }

    private record Partition(Uuid topic, int number) {}

    /// A member and what it is about to get.
    private static final class Share implements RackExchange.Holder<Partition> {
        final String memberId;
        final Subscriber member;
        final Map<Uuid, TreeSet<Integer>> topics = new TreeMap<>();
        int size;

        Share(String memberId, Subscriber member) {
            this.memberId = memberId;
            this.member = member;
        }

        String name() {
            String instanceId = member.instanceId();
            return instanceId == null ? memberId : instanceId;
        }

        @Override
        public @Nullable String rack() {
            return member.rackId();
        }

        @Override
        public int size() {
            return size;
        }

        /// Partitions that the member did not have before are first, so that the rest may stay.
        @Override
        public Collection<Partition> held() {
            var rooted = new ArrayList<Partition>();
            var held = new ArrayList<Partition>(size);
            topics.forEach((topic, numbers) -> {
                Set<Integer> before = member.has().getOrDefault(topic, Set.of());
                for (int number : numbers) (before.contains(number) ? rooted : held).add(new Partition(topic, number));
            });
            held.addAll(rooted);
            return held;
        }

        @Override
        public void add(Partition partition) {
            topics.computeIfAbsent(partition.topic, any -> new TreeSet<>()).add(partition.number);
            size++;
        }

        @Override
        public void remove(Partition partition) {
            TreeSet<Integer> numbers = topics.get(partition.topic);
            if (numbers == null || !numbers.remove(partition.number)) return;
            if (numbers.isEmpty()) topics.remove(partition.topic);
            size--;
        }

        /// Last partition assigned of the topic with most partitions here.
        Partition leastRooted() {
            Partition found = null;
            int most = 0;
            for (Map.Entry<Uuid, TreeSet<Integer>> each : topics.entrySet()) {
                if (each.getValue().size() > most) {
                    most = each.getValue().size();
                    found = new Partition(each.getKey(), each.getValue().last());
                }
            }
            if (found == null) throw new IllegalStateException("bug: nothing to take from " + memberId);
            return found;
        }
    }

    /// The assignment in the making.
    private static final class Plan {
        private final SortedMap<Uuid, Integer> partitionCounts;
        private final Replicas replicas;
        private final List<Share> shares = new ArrayList<>();
        private final Map<Uuid, List<Share>> subscribers = new HashMap<>();
        private final List<Partition> unassigned = new ArrayList<>();

        Plan(Situation situation) {
            this.partitionCounts = situation.partitionCounts();
            this.replicas = situation.replicas();
            situation.members().forEach((memberId, member) -> shares.add(new Share(memberId, member)));
            // Static members first, by what stays when they are restarted.
            shares.sort(Comparator.comparing((Share share) -> share.member.instanceId() == null)
                    .thenComparing(Share::name));
            for (Share share : shares) {
                for (Uuid topic : share.member.topics()) {
                    subscribers.computeIfAbsent(topic, any -> new ArrayList<>()).add(share);
                }
            }
        }

        void keepWhatIsValid() {
            var taken = new HashMap<Uuid, Set<Integer>>();
            for (Share share : shares) {
                share.member.has().forEach((topic, numbers) -> {
                    int count = partitionCounts.getOrDefault(topic, 0);
                    if (count == 0 || !share.member.topics().contains(topic)) return;
                    Set<Integer> others = taken.computeIfAbsent(topic, any -> new TreeSet<>());
                    for (int number : new TreeSet<>(numbers)) {
                        if (number < count && others.add(number)) share.add(new Partition(topic, number));
                    }
                });
            }
            partitionCounts.forEach((topic, count) -> {
                if (!subscribers.containsKey(topic)) return;
                Set<Integer> assigned = taken.getOrDefault(topic, Set.of());
                for (int number = 0; number < count; number++) {
                    if (!assigned.contains(number)) unassigned.add(new Partition(topic, number));
                }
            });
        }

        // ---- all subscribe to the same

        private int total() {
            int total = unassigned.size();
            for (Share share : shares) total += share.size;
            return total;
        }

        /// Every member keeps up to its even share; the remaining ones stay with the members that have them
        /// already.
        void releaseBeyondQuota() {
            if (shares.isEmpty()) return;
            int total = total();
            int quota = total / shares.size();
            int extras = total % shares.size();
            for (Share share : shares) {
                if (share.size > quota && extras > 0) {
                    extras--;
                    releaseDownTo(share, quota + 1);
                } else {
                    releaseDownTo(share, quota);
                }
            }
        }

        private void releaseDownTo(Share share, int size) {
            while (share.size > size) {
                Partition released = share.leastRooted();
                share.remove(released);
                unassigned.add(released);
            }
        }

        void fillToQuota() {
            if (shares.isEmpty()) return;
            int quota = total() / shares.size();
            unassigned.sort(Comparator.comparing(Partition::topic).thenComparingInt(Partition::number));
            var rest = new ArrayDeque<>(unassigned);
            for (Share share : shares) while (share.size < quota) share.add(rest.remove());
            for (Share share : shares) if (!rest.isEmpty() && share.size == quota) share.add(rest.remove());
        }

        // ---- racks

        void exchangeBetweenRacks() {
            var alike = new LinkedHashMap<Set<Uuid>, List<Share>>();
            for (Share share : shares) {
                alike.computeIfAbsent(share.member.topics(), any -> new ArrayList<>())
                        .add(share);
            }
            for (List<Share> each : alike.values()) {
                RackExchange.exchange(each, partition -> replicas.racks(partition.topic, partition.number));
            }
        }

        // ---- subscriptions differ

        /// Those with the fewest possible takers first, each to the taker that has least.
        void giveAwayUnassigned() {
            unassigned.sort(Comparator.comparingInt((Partition each) ->
                            subscribers.getOrDefault(each.topic, List.of()).size())
                    .thenComparing(Partition::topic)
                    .thenComparingInt(Partition::number));
            for (Partition partition : unassigned) {
                Share least = null;
                for (Share each : subscribers.getOrDefault(partition.topic, List.of())) {
                    if (least == null || each.size < least.size) least = each;
                }
                if (least != null) least.add(partition);
            }
        }

        /// True when something moved. Ends, as every move lowers the sum of squares of the sizes.
        boolean levelOut() {
            boolean any = false;
            boolean moved = true;
            while (moved) {
                moved = false;
                for (Map.Entry<Uuid, List<Share>> each : new TreeMap<>(subscribers).entrySet()) {
                    while (levelOut(each.getKey(), each.getValue())) moved = true;
                }
                any |= moved;
            }
            return any;
        }

        private static boolean levelOut(Uuid topic, List<Share> takers) {
            Share most = null;
            Share least = null;
            for (Share each : takers) {
                if (each.topics.containsKey(topic) && (most == null || each.size > most.size)) most = each;
                if (least == null || each.size < least.size) least = each;
            }
            if (most == null || least == null || most.size - least.size <= 1) return false;
            TreeSet<Integer> numbers = most.topics.get(topic);
            if (numbers == null) return false;
            var partition = new Partition(topic, numbers.last());
            most.remove(partition);
            least.add(partition);
            return true;
        }

        Map<String, Map<Uuid, Set<Integer>>> result() {
            var result = new HashMap<String, Map<Uuid, Set<Integer>>>();
            for (Share share : shares) result.put(share.memberId, new HashMap<>(share.topics));
            return result;
        }
    }
}
