package barnabas.coordination.groups.consumer;

import barnabas.base.Check;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/// Partitions that a member has, each with the epoch in which it got it (KIP-1251). No topic without
/// partitions. Immutable.
public record OwnedPartitions(SortedMap<Uuid, SortedMap<Integer, Integer>> topics) {
    public static final OwnedPartitions NONE = new OwnedPartitions(new TreeMap<>());

    interface Visitor {
        void visit(Uuid topic, int partition, int epoch);
    }

    static final class Builder {
        private final SortedMap<Uuid, SortedMap<Integer, Integer>> topics = new TreeMap<>();

        Builder add(Uuid topic, int partition, int epoch) {
            topics.computeIfAbsent(topic, any -> new TreeMap<>()).put(partition, epoch);
            return this;
        }

        OwnedPartitions build() {
            return new OwnedPartitions(topics);
        }
    }

    public boolean isEmpty() {
        return topics.isEmpty();
    }

    boolean contains(Uuid topic, int partition) {
        SortedMap<Integer, Integer> partitions = topics.get(topic);
        return partitions != null && partitions.containsKey(partition);
    }

    /// The epoch in which the partition was assigned; -1 when it is not.
    int epochOf(Uuid topic, int partition) {
        SortedMap<Integer, Integer> partitions = topics.get(topic);
        return partitions == null ? -1 : partitions.getOrDefault(partition, -1);
    }

    void forEach(Visitor visitor) {
        topics.forEach((topic, partitions) ->
                partitions.forEach((partition, epoch) -> visitor.visit(topic, partition, epoch)));
    }

    OwnedPartitions where(BiPredicate<Uuid, Integer> wanted) {
        var builder = new Builder();
        forEach((topic, partition, epoch) -> {
            if (wanted.test(topic, partition)) builder.add(topic, partition, epoch);
        });
        return builder.build();
    }

    /// The same partitions, as if assigned in another epoch.
    OwnedPartitions since(int epoch) {
        var builder = new Builder();
        forEach((topic, partition, any) -> builder.add(topic, partition, epoch));
        return builder.build();
    }

    OwnedPartitions with(OwnedPartitions more) {
        if (more.isEmpty()) return this;
        if (isEmpty()) return more;
        var builder = new Builder();
        forEach(builder::add);
        more.forEach(builder::add);
        return builder.build();
    }

    /// The same partitions whatever their epochs.
    boolean samePartitions(OwnedPartitions other) {
        if (!topics.keySet().equals(other.topics.keySet())) return false;
        for (Map.Entry<Uuid, SortedMap<Integer, Integer>> each : topics.entrySet()) {
            SortedMap<Integer, Integer> others = other.topics.get(each.getKey());
            if (others == null || !each.getValue().keySet().equals(others.keySet())) return false;
        }
        return true;
    }

    public Assignment toAssignment() {
        var builder = new Assignment.Builder();
        forEach((topic, partition, epoch) -> builder.add(topic, partition));
        return builder.build();
    }

    /// @param epoch counts where a record from before KIP-1251 has none
    static OwnedPartitions of(List<TopicPartitions> stored, int epoch) {
        var builder = new Builder();
        for (TopicPartitions each : stored) {
            List<Integer> known = each.assignmentEpochs();
            List<Integer> epochs =
                    known != null && known.size() == each.partitions().size() ? known : null;
            for (int i = 0; i < each.partitions().size(); i++) {
                builder.add(each.topicId(), each.partitions().get(i), epochs == null ? epoch : epochs.get(i));
            }
        }
        return builder.build();
    }

    List<TopicPartitions> toValue() {
        var list = new ArrayList<TopicPartitions>(topics.size());
        topics.forEach((topic, partitions) -> {
            Check.that(!partitions.isEmpty(), "a topic without partitions");
            list.add(new TopicPartitions(topic, List.copyOf(partitions.keySet()), List.copyOf(partitions.values())));
        });
        return list;
    }
}
