package barnabas.coordination.groups.consumer;

import barnabas.coordination.Now;
import barnabas.coordination.groups.assignors.Assignor;
import barnabas.coordination.groups.assignors.Assignor.Situation;
import barnabas.coordination.groups.assignors.Assignor.Subscriber;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.Uuid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Computes target assignments with the assignor that most members want.
final class Targets {
    private final Map<String, Assignor> assignors = new LinkedHashMap<>();

    /// @param assignors the first one is used when members have no wish
    Targets(List<Assignor> assignors) {
        for (Assignor each : assignors) this.assignors.put(each.name(), each);
    }

    Set<String> names() {
        return assignors.keySet();
    }

    String defaultName() {
        return assignors.keySet().iterator().next();
    }

    /// Assignor that most members prefer, the default when no member prefers one. A tie goes to the one that is
    /// configured first.
    String preferredBy(Iterable<ConsumerMember> members) {
        var votes = new HashMap<String, Integer>();
        for (ConsumerMember member : members) {
            String wanted = member.details().serverAssignor();
            if (wanted != null) votes.merge(wanted, 1, Integer::sum);
        }
        String winner = defaultName();
        int most = 0;
        for (String name : assignors.keySet()) {
            int count = votes.getOrDefault(name, 0);
            if (count > most) {
                winner = name;
                most = count;
            }
        }
        return winner;
    }

    /// Writes the targets that the group's epoch calls for.
    void update(GroupChange change, TopicsView topics, Now now) {
        var members = new TreeMap<String, Subscriber>();
        var partitionCounts = new TreeMap<Uuid, Integer>();
        var idsOfSameNames = new HashMap<Set<String>, Set<Uuid>>();
        for (ConsumerMember member : change.members()) {
            Set<Uuid> ids = idsOfSameNames.computeIfAbsent(
                    change.topicsOf(member), names -> ids(names, topics, partitionCounts));
            members.put(
                    member.id(),
                    new Subscriber(
                            member.instanceId(), member.details().rackId(), ids, asSets(change.target(member.id()))));
        }
        Assignor assignor = assignor(preferredBy(change.members()));
        Map<String, Map<Uuid, Set<Integer>>> assigned = assignor.assign(
                new Situation(members, partitionCounts, (topic, partition) -> racks(topics.byId(topic), partition)));
        for (String memberId : members.keySet()) {
            var target = new Assignment.Builder();
            Map<Uuid, Set<Integer>> own = assigned.getOrDefault(memberId, Map.of());
            own.forEach(target::addAll);
            change.updateTarget(memberId, target.build());
        }
        change.reachTargetEpoch(now.millis());
    }

    private Assignor assignor(String name) {
        Assignor found = assignors.get(name);
        if (found == null) throw new IllegalStateException("bug: no assignor " + name);
        return found;
    }

    private static Set<Uuid> ids(Set<String> names, TopicsView topics, Map<Uuid, Integer> partitionCounts) {
        var ids = new HashSet<Uuid>();
        for (String name : names) {
            TopicsView.Topic topic = topics.byName(name);
            if (topic == null) continue;
            ids.add(topic.id());
            partitionCounts.put(topic.id(), topic.partitionCount());
        }
        return ids;
    }

    private static Set<String> racks(TopicsView.@Nullable Topic topic, int partition) {
        return topic == null ? Set.of() : topic.racks(partition);
    }

    private static Map<Uuid, Set<Integer>> asSets(Assignment assignment) {
        return new HashMap<>(assignment.topics());
    }
}
