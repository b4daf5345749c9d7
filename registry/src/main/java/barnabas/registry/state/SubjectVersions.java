package barnabas.registry.state;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Versions of one subject. Owner: [RegistryState].
final class SubjectVersions {
    /// A version.
    ///
    /// @param canonical whether a record of it has the key that this registry writes
    /// @param spellings other keys of its records
    record Entry(int id, boolean deleted, boolean canonical, List<String> spellings) {
        Entry deletedSoftly() {
            return new Entry(id, true, canonical, spellings);
        }

        Entry with(String spelling) {
            if (spellings.contains(spelling)) return this;
            var more = new ArrayList<>(spellings);
            more.add(spelling);
            return new Entry(id, deleted, canonical, List.copyOf(more));
        }
    }

    private final TreeMap<Integer, Entry> entries = new TreeMap<>();

    NavigableMap<Integer, Entry> entries() {
        return entries;
    }

    boolean live() {
        for (Entry each : entries.values()) if (!each.deleted()) return true;
        return false;
    }
}
