package barnabas.coordination.groups.assignors;

import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Each topic is cut into contiguous ranges, one for each subscriber, the first ones a partition longer when it
/// does not come out even. Members are in the same order for every topic, so topics with equal partition counts
/// and equal subscribers line up: a member gets the same partitions of all of them. Static members come first,
/// ordered by instance, so that a restart under another member id changes nothing.
///
/// Members exchange numbers, of all topics that line up at once, if more partitions can then be read within a rack:
/// only racks in which each of these topics has a replica count.
public final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    /// Topics that have these in common line up.
    private record Common(List<String> subscribers, int partitionCount) {}

    /// A member's partitions of all topics that line up.
    private record Range(String memberId, @Nullable String rack, TreeSet<Integer> numbers)
            implements RackExchange.Holder<Integer> {
        @Override
        public int size() {
            return numbers.size();
        }

        @Override
        public Collection<Integer> held() {
            return List.copyOf(numbers);
        }

        @Override
        public void add(Integer number) {
            numbers.add(number);
        }

        @Override
        public void remove(Integer number) {
            numbers.remove(number);
        }
    }

    @Override
    public Map<String, Map<Uuid, Set<Integer>>> assign(Situation situation) {
        var assignments = new HashMap<String, Map<Uuid, Set<Integer>>>();
        for (String memberId : situation.members().keySet()) assignments.put(memberId, new HashMap<>());
        linedUp(situation).forEach((common, topics) -> {
            List<Range> ranges = cut(common, situation.members());
            RackExchange.exchange(ranges, number -> racksOfAll(topics, number, situation.replicas()));
            for (Range each : ranges) {
                Map<Uuid, Set<Integer>> own = assignments.getOrDefault(each.memberId, new HashMap<>());
                if (!each.numbers.isEmpty()) topics.forEach(topic -> own.put(topic, each.numbers));
            }
        });
        return assignments;
    }

    private static Map<Common, List<Uuid>> linedUp(Situation situation) {
        List<Map.Entry<String, Subscriber>> ordered =
                new ArrayList<>(situation.members().entrySet());
        ordered.sort(Comparator.comparing(
                        (Map.Entry<String, Subscriber> each) -> each.getValue().instanceId() == null)
                .thenComparing(each -> {
                    String instanceId = each.getValue().instanceId();
                    return instanceId == null ? each.getKey() : instanceId;
                }));
        var linedUp = new LinkedHashMap<Common, List<Uuid>>();
        situation.partitionCounts().forEach((topic, count) -> {
            var subscribers = new ArrayList<String>();
            for (var each : ordered) if (each.getValue().topics().contains(topic)) subscribers.add(each.getKey());
            linedUp.computeIfAbsent(new Common(subscribers, count), any -> new ArrayList<>())
                    .add(topic);
        });
        return linedUp;
    }

    private static List<Range> cut(Common common, Map<String, Subscriber> members) {
        var ranges = new ArrayList<Range>();
        int longer = common.subscribers.isEmpty() ? 0 : common.partitionCount % common.subscribers.size();
        int next = 0;
        for (String memberId : common.subscribers) {
            int length = common.partitionCount / common.subscribers.size() + (ranges.size() < longer ? 1 : 0);
            var numbers = new TreeSet<Integer>();
            while (numbers.size() < length) numbers.add(next++);
            Subscriber member = members.get(memberId);
            ranges.add(new Range(memberId, member == null ? null : member.rackId(), numbers));
        }
        return ranges;
    }

    private static Set<String> racksOfAll(List<Uuid> topics, int number, Replicas replicas) {
        var common = new HashSet<>(replicas.racks(topics.getFirst(), number));
        for (Uuid topic : topics.subList(1, topics.size())) common.retainAll(replicas.racks(topic, number));
        return common;
    }
}
