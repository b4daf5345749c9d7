package barnabas.coordination.groups.consumer;

import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Partitions by topic id; no topic without partitions. Immutable.
public record Assignment(SortedMap<Uuid, SortedSet<Integer>> topics) {
    public static final Assignment EMPTY = new Assignment(new TreeMap<>());

    /// Collects partitions one by one.
    public static final class Builder {
        private final SortedMap<Uuid, SortedSet<Integer>> topics = new TreeMap<>();

        public Builder add(Uuid topic, int partition) {
            topics.computeIfAbsent(topic, any -> new TreeSet<>()).add(partition);
            return this;
        }

        public Builder addAll(Uuid topic, Collection<Integer> partitions) {
            if (!partitions.isEmpty()) {
                topics.computeIfAbsent(topic, any -> new TreeSet<>()).addAll(partitions);
            }
            return this;
        }

        public Assignment build() {
            return new Assignment(topics);
        }
    }

    public boolean contains(Uuid topic, int partition) {
        SortedSet<Integer> partitions = topics.get(topic);
        return partitions != null && partitions.contains(partition);
    }

    /// Empty when nothing of the topic is assigned.
    public Collection<Integer> partitions(Uuid topic) {
        SortedSet<Integer> partitions = topics.get(topic);
        return partitions == null ? List.of() : partitions;
    }

    public int size() {
        int size = 0;
        for (SortedSet<Integer> partitions : topics.values()) size += partitions.size();
        return size;
    }

    static Assignment of(ConsumerGroupTargetAssignmentMemberValue value) {
        var builder = new Builder();
        for (TopicPartition each : value.topicPartitions()) builder.addAll(each.topicId(), each.partitions());
        return builder.build();
    }

    ConsumerGroupTargetAssignmentMemberValue toValue() {
        var list = new ArrayList<TopicPartition>(topics.size());
        for (Map.Entry<Uuid, SortedSet<Integer>> each : topics.entrySet()) {
            list.add(new TopicPartition(each.getKey(), List.copyOf(each.getValue())));
        }
        return new ConsumerGroupTargetAssignmentMemberValue(list);
    }
}
