package barnabas.coordination.groups.assignors;

import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Each topic is cut into contiguous ranges, one for each subscriber, the first ones a partition longer when it
/// does not come out even. Members are in the same order for every topic, so topics with equal partition counts
/// and equal subscribers line up: a member gets the same partitions of all of them. Static members come first,
/// ordered by instance, so that a restart under another member id changes nothing.
public final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, Map<Uuid, Set<Integer>>> assign(Situation situation) {
        var assignments = new HashMap<String, Map<Uuid, Set<Integer>>>();
        for (String memberId : situation.members().keySet()) assignments.put(memberId, new HashMap<>());
        List<Map.Entry<String, Subscriber>> ordered =
                new ArrayList<>(situation.members().entrySet());
        ordered.sort(Comparator.comparing(
                        (Map.Entry<String, Subscriber> each) -> each.getValue().instanceId() == null)
                .thenComparing(each -> {
                    String instanceId = each.getValue().instanceId();
                    return instanceId == null ? each.getKey() : instanceId;
                }));
        situation.partitionCounts().forEach((topic, count) -> {
            var subscribers = new ArrayList<String>();
            for (var each : ordered) if (each.getValue().topics().contains(topic)) subscribers.add(each.getKey());
            cut(topic, count, subscribers, assignments);
        });
        return assignments;
    }

    private static void cut(
            Uuid topic, int count, List<String> subscribers, Map<String, Map<Uuid, Set<Integer>>> assignments) {
        int next = 0;
        for (int i = 0; i < subscribers.size(); i++) {
            int length = count / subscribers.size() + (i < count % subscribers.size() ? 1 : 0);
            if (length == 0) return;
            var range = new TreeSet<Integer>();
            for (int partition = next; partition < next + length; partition++) range.add(partition);
            next += length;
            Map<Uuid, Set<Integer>> own = assignments.get(subscribers.get(i));
            if (own != null) own.put(topic, range);
        }
    }
}
