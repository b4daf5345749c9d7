package barnabas.coordination.groups.assignors;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.groups.assignors.Assignor.Situation;
import barnabas.coordination.groups.assignors.Assignor.Subscriber;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/// Common properties of the plans of both assignors, evenness and stickiness of those of `uniform`, and that no
/// plan with as many partitions for each member could have more of them in the right rack.
class AssignorPropertyTest {
    private record Slot(String member, int number) {}

    private record Partition(Uuid topic, int number) {}

    private record Plan(Situation situation, Map<String, Map<Uuid, Set<Integer>>> assigned) {
        Plan(Assignor assignor, Situation situation) {
            this(situation, assignor.assign(situation));
        }

        List<Partition> of(String member) {
            var all = new ArrayList<Partition>();
            assigned.getOrDefault(member, Map.of())
                    .forEach((topic, numbers) -> numbers.forEach(each -> all.add(new Partition(topic, each))));
            return all;
        }

        Subscriber subscriber(String member) {
            Subscriber found = situation.members().get(member);
            assertThat(found).isNotNull();
            return found;
        }

        boolean near(String member, Partition partition) {
            String rack = subscriber(member).rackId();
            return rack != null
                    && situation
                            .replicas()
                            .racks(partition.topic, partition.number)
                            .contains(rack);
        }

        int nearCount() {
            int count = 0;
            for (String member : assigned.keySet()) for (Partition each : of(member)) if (near(member, each)) count++;
            return count;
        }

        void everyPartitionHasOneOwner() {
            var owned = new HashSet<Partition>();
            for (String member : assigned.keySet()) {
                for (Partition each : of(member)) {
                    assertThat(subscriber(member).topics()).contains(each.topic);
                    assertThat(owned.add(each)).as("%s only once", each).isTrue();
                }
            }
            var expected = new HashSet<Partition>();
            situation.partitionCounts().forEach((topic, count) -> {
                boolean wanted = situation.members().values().stream()
                        .anyMatch(each -> each.topics().contains(topic));
                for (int i = 0; wanted && i < count; i++) expected.add(new Partition(topic, i));
            });
            assertThat(owned).isEqualTo(expected);
        }

        /// The most that could be near if every member kept its size: a maximum matching of partitions and slots.
        int nearMax() {
            var slots = new ArrayList<Slot>();
            for (String member : assigned.keySet()) {
                for (int i = 0; i < of(member).size(); i++) slots.add(new Slot(member, i));
            }
            var partitionOf = new HashMap<Slot, Partition>();
            int found = 0;
            for (String member : assigned.keySet()) {
                for (Partition each : of(member)) if (match(each, slots, partitionOf, new HashSet<>())) found++;
            }
            return found;
        }

        private boolean match(
                Partition partition, List<Slot> slots, Map<Slot, Partition> partitionOf, Set<Slot> tried) {
            for (Slot slot : slots) {
                if (!near(slot.member, partition) || !tried.add(slot)) continue;
                Partition other = partitionOf.get(slot);
                if (other == null || match(other, slots, partitionOf, tried)) {
                    partitionOf.put(slot, partition);
                    return true;
                }
            }
            return false;
        }
    }

    private static Situation situation(Random random, boolean sameTopics, boolean racks) {
        var counts = new TreeMap<Uuid, Integer>();
        var replicas = new HashMap<Partition, Set<String>>();
        int topics = 1 + random.nextInt(4);
        for (long i = 1; i <= topics; i++) {
            var topic = new Uuid(i, i);
            counts.put(topic, random.nextInt(8));
            for (int number = 0; number < 8; number++) {
                var where = new HashSet<String>();
                for (int copy = random.nextInt(4); racks && copy > 0; copy--) where.add("r" + random.nextInt(4));
                replicas.put(new Partition(topic, number), where);
            }
        }
        var members = new TreeMap<String, Subscriber>();
        int size = 1 + random.nextInt(9);
        for (int i = 0; i < size; i++) {
            var wanted = new HashSet<>(counts.keySet());
            if (!sameTopics) wanted.removeIf(each -> random.nextInt(3) == 0);
            String rack = racks && random.nextInt(4) > 0 ? "r" + random.nextInt(5) : null;
            members.put(
                    "m" + i,
                    new Subscriber(
                            random.nextInt(5) == 0 ? "i" + random.nextInt(99) + i : null,
                            rack,
                            wanted,
                            has(random, topics)));
        }
        return new Situation(
                members, counts, (topic, number) -> replicas.getOrDefault(new Partition(topic, number), Set.of()));
    }

    /// Previous assignments are not to be trusted: topics that are gone, partitions beyond the last, two owners.
    private static Map<Uuid, Set<Integer>> has(Random random, int topics) {
        var has = new HashMap<Uuid, Set<Integer>>();
        for (long topic = 1; topic <= topics + 1; topic++) {
            var numbers = new TreeSet<Integer>();
            for (int i = random.nextInt(4); i > 0; i--) numbers.add(random.nextInt(9));
            if (random.nextBoolean()) has.put(new Uuid(topic, topic), numbers);
        }
        return has;
    }

    private static Situation with(Situation situation, Map<String, Map<Uuid, Set<Integer>>> has) {
        var members = new TreeMap<String, Subscriber>();
        situation
                .members()
                .forEach((id, each) -> members.put(
                        id,
                        new Subscriber(
                                each.instanceId(), each.rackId(), each.topics(), has.getOrDefault(id, Map.of()))));
        return new Situation(members, situation.partitionCounts(), situation.replicas());
    }

    @Property(tries = 1_000)
    void uniformIsEvenAndAsNearAsItCanBe(@ForAll long seed) {
        var plan = new Plan(new UniformAssignor(), situation(new Random(seed), true, true));
        plan.everyPartitionHasOneOwner();
        int total = plan.situation.members().keySet().stream()
                .mapToInt(each -> plan.of(each).size())
                .sum();
        int quota = total / plan.situation.members().size();
        assertThat(plan.assigned.keySet())
                .allSatisfy(each -> assertThat(plan.of(each).size())
                        .isBetween(quota, total % plan.situation.members().size() == 0 ? quota : quota + 1));
        assertThat(plan.nearCount()).isEqualTo(plan.nearMax());
        // Asked again, nothing moves.
        assertThat(new UniformAssignor().assign(with(plan.situation, plan.assigned)))
                .isEqualTo(plan.assigned);
    }

    @Property(tries = 1_000)
    void uniformMovesNoMoreThanItMust(@ForAll long seed) {
        Situation before = situation(new Random(seed), true, false);
        Map<String, Map<Uuid, Set<Integer>>> even = new UniformAssignor().assign(before);
        // A member leaves, or has never been there.
        var random = new Random(seed);
        String gone = "m" + random.nextInt(before.members().size());
        Situation after = with(before, even);
        if (random.nextBoolean() && after.members().size() > 1) after.members().remove(gone);
        else
            after.members()
                    .put(
                            "new",
                            new Subscriber(null, null, before.partitionCounts().keySet(), Map.of()));
        var plan = new Plan(new UniformAssignor(), after);
        plan.everyPartitionHasOneOwner();
        int total = 0;
        int kept = 0;
        var had = new ArrayList<Integer>();
        for (String member : after.members().keySet()) {
            var old = new HashSet<>(new Plan(after, even).of(member));
            had.add(old.size());
            total += plan.of(member).size();
            for (Partition each : plan.of(member)) if (old.contains(each)) kept++;
        }
        int quota = total / after.members().size();
        int extras = total % after.members().size();
        had.sort(null);
        int keepable = 0;
        for (int each : had.reversed()) keepable += Math.min(each, each > quota && extras-- > 0 ? quota + 1 : quota);
        assertThat(kept).isEqualTo(keepable);
    }

    @Property(tries = 1_000)
    void differentSubscriptionsAreLeveledOut(@ForAll long seed) {
        var plan = new Plan(new UniformAssignor(), situation(new Random(seed), false, true));
        plan.everyPartitionHasOneOwner();
        for (String from : plan.assigned.keySet()) {
            for (Partition each : plan.of(from)) {
                for (String to : plan.assigned.keySet()) {
                    if (!plan.subscriber(to).topics().contains(each.topic)) continue;
                    assertThat(plan.of(from).size() - plan.of(to).size())
                            .as("%s of %s could go to %s", each, from, to)
                            .isLessThan(2);
                }
            }
        }
        assertThat(new UniformAssignor().assign(with(plan.situation, plan.assigned)))
                .isEqualTo(plan.assigned);
    }

    @Property(tries = 1_000)
    void rangesLineUp(@ForAll long seed) {
        Situation situation = situation(new Random(seed), false, (seed & 1) == 0);
        var plan = new Plan(new RangeAssignor(), situation);
        plan.everyPartitionHasOneOwner();
        for (Uuid topic : situation.partitionCounts().keySet()) {
            for (Uuid other : situation.partitionCounts().keySet()) {
                if (!situation
                        .partitionCounts()
                        .get(topic)
                        .equals(situation.partitionCounts().get(other))) continue;
                if (!subscribers(situation, topic).equals(subscribers(situation, other))) continue;
                plan.assigned.values().forEach(own -> assertThat(own.get(topic)).isEqualTo(own.get(other)));
            }
            if ((seed & 1) == 1) plan.assigned.values().forEach(own -> isContiguous(own.get(topic)));
        }
    }

    private static void isContiguous(@Nullable Set<Integer> numbers) {
        if (numbers == null) return;
        var sorted = new TreeSet<>(numbers);
        assertThat(sorted.last() - sorted.first()).isEqualTo(sorted.size() - 1);
    }

    @Property(tries = 1_000)
    void rangesOfOneTopicAreAsNearAsTheyCanBe(@ForAll long seed) {
        Situation all = situation(new Random(seed), true, true);
        Uuid topic = all.partitionCounts().firstKey();
        all.partitionCounts().keySet().removeIf(each -> !each.equals(topic));
        var members = new TreeMap<String, Subscriber>();
        all.members()
                .forEach((id, each) ->
                        members.put(id, new Subscriber(each.instanceId(), each.rackId(), Set.of(topic), Map.of())));
        var plan = new Plan(new RangeAssignor(), new Situation(members, all.partitionCounts(), all.replicas()));
        plan.everyPartitionHasOneOwner();
        assertThat(plan.nearCount()).isEqualTo(plan.nearMax());
    }

    private static Set<String> subscribers(Situation situation, Uuid topic) {
        var subscribers = new HashSet<String>();
        situation.members().forEach((id, each) -> {
            if (each.topics().contains(topic)) subscribers.add(id);
        });
        return subscribers;
    }
}
