package barnabas.coordination.groups;

import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Topics as a test wants them. Changing makes a new view.
public record FixedTopics(Map<String, Entry> topics, long version) implements TopicsView {
    /// @param racks for each partition
    public record Entry(String name, Uuid id, List<Set<String>> racks) implements Topic {
        @Override
        public int partitionCount() {
            return racks.size();
        }

        @Override
        public Set<String> racks(int partition) {
            return racks.get(partition);
        }
    }

    public static final FixedTopics NONE = new FixedTopics(Map.of(), 0);

    /// A stable id for a name, so that transcripts can be compared.
    public static Uuid idOf(String name) {
        return new Uuid(0x7000_0000_0000_4000L, 0x8000_0000_0000_0000L | (name.hashCode() & 0xFFFF_FFFFL) << 8 | 1);
    }

    public FixedTopics with(String name, int partitions) {
        return with(name, partitions, List.of());
    }

    /// @param racks the replicas of partition 0 and so on, over and over
    public FixedTopics with(String name, int partitions, List<String> racks) {
        var each = new ArrayList<Set<String>>();
        for (int i = 0; i < partitions; i++) each.add(racks.isEmpty() ? Set.of() : Set.of(racks.get(i % racks.size())));
        return with(new Entry(name, idOf(name), each));
    }

    public FixedTopics with(Entry entry) {
        var copy = new LinkedHashMap<>(topics);
        copy.put(entry.name(), entry);
        return new FixedTopics(copy, version + 1);
    }

    public FixedTopics without(String name) {
        var copy = new LinkedHashMap<>(topics);
        copy.remove(name);
        return new FixedTopics(copy, version + 1);
    }

    @Override
    public @Nullable Topic byName(String name) {
        return topics.get(name);
    }

    @Override
    public @Nullable Topic byId(Uuid id) {
        for (Entry each : topics.values()) if (each.id().equals(id)) return each;
        return null;
    }

    @Override
    public long rightsVersion() {
        return version;
    }

    @Override
    public Collection<String> names() {
        return topics.keySet();
    }
}
