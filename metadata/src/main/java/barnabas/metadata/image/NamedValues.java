package barnabas.metadata.image;

import barnabas.metadata.maps.PersistentMap;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Values by name under a key of a persistent map; a key whose last value goes is gone itself.
final class NamedValues {
    private NamedValues() {}

    /// @param value null removes the name
    static <K, V> PersistentMap<K, SortedMap<String, V>> with(
            PersistentMap<K, SortedMap<String, V>> map, K key, String name, @Nullable V value) {
        SortedMap<String, V> before = map.find(key);
        var changed = before == null ? new TreeMap<String, V>() : new TreeMap<>(before);
        if (value == null) changed.remove(name);
        else changed.put(name, value);
        return changed.isEmpty() ? map.without(key) : map.with(key, Collections.unmodifiableSortedMap(changed));
    }
}
