package barnabas.coordination.groups.offsets;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Something per group, topic and partition.
final class OffsetTable<V> {
    private final Map<String, Map<String, Map<Integer, V>>> groups = new HashMap<>();

    interface Visitor<V> {
        void visit(String topic, int partition, V value);
    }

    @Nullable
    V find(String group, String topic, int partition) {
        Map<Integer, V> partitions = topics(group).get(topic);
        return partitions == null ? null : partitions.get(partition);
    }

    /// The value before; null when there was none.
    @Nullable
    V put(String group, String topic, int partition, V value) {
        return groups.computeIfAbsent(group, any -> new TreeMap<>())
                .computeIfAbsent(topic, any -> new TreeMap<>())
                .put(partition, value);
    }

    @Nullable
    V remove(String group, String topic, int partition) {
        Map<String, Map<Integer, V>> topics = groups.get(group);
        if (topics == null) return null;
        Map<Integer, V> partitions = topics.get(topic);
        if (partitions == null) return null;
        V removed = partitions.remove(partition);
        if (partitions.isEmpty()) topics.remove(topic);
        if (topics.isEmpty()) groups.remove(group);
        return removed;
    }

    Set<String> groups() {
        return groups.keySet();
    }

    /// Empty for an unknown group. Topics and partitions are in order.
    Map<String, Map<Integer, V>> topics(String group) {
        return groups.getOrDefault(group, Map.of());
    }

    boolean has(String group) {
        return groups.containsKey(group);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    void forEach(String group, Visitor<V> visitor) {
        topics(group)
                .forEach((topic, partitions) ->
                        partitions.forEach((partition, value) -> visitor.visit(topic, partition, value)));
    }
}
