package barnabas.registry.validation;

import barnabas.registry.model.SchemaText;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Ids of schemas in their order, with the checks of their data: found without an object. Immutable.
final class KnownIds {
    static final KnownIds NONE = new KnownIds(new int[0], new SchemaBody[0]);

    private final int[] ids;
    private final SchemaBody[] bodies;

    private KnownIds(int[] ids, SchemaBody[] bodies) {
        this.ids = ids;
        this.bodies = bodies;
    }

    static KnownIds of(SortedMap<Integer, SchemaBody> all) {
        var ids = new int[all.size()];
        var bodies = new SchemaBody[all.size()];
        int at = 0;
        for (Map.Entry<Integer, SchemaBody> each : all.entrySet()) {
            ids[at] = each.getKey();
            bodies[at++] = each.getValue();
        }
        return new KnownIds(ids, bodies);
    }

    /// Less than 0 for an id that is not there.
    int indexOf(int id) {
        return Arrays.binarySearch(ids, id);
    }

    SchemaBody body(int index) {
        return bodies[index];
    }

    /// The check of an id; null when the id is not there or had another content.
    @Nullable
    SchemaBody bodyOf(int id, SchemaText schema) {
        int index = indexOf(id);
        return index >= 0 && bodies[index].schema().equals(schema) ? bodies[index] : null;
    }

    int size() {
        return ids.length;
    }

    void addTo(Collection<Integer> all) {
        for (int each : ids) all.add(each);
    }

    void addTo(Map<Integer, SchemaBody> all) {
        for (int i = 0; i < ids.length; i++) all.put(ids[i], bodies[i]);
    }
}
