package barnabas.registry.state;

import barnabas.registry.model.SchemaText;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Contents of one context by their ids. Owner: [RegistryState].
final class ContextSchemas {
    private static final class Used {
        final SchemaText schema;
        int uses;

        Used(SchemaText schema) {
            this.schema = schema;
        }
    }

    private final Map<Integer, Used> byId = new HashMap<>();
    private final Map<SchemaText, Integer> ids = new HashMap<>();
    private int idMax;

    /// A version with this id and content appears.
    ///
    /// @return whether the content is that of the id
    boolean use(int id, SchemaText schema) {
        Used used = byId.get(id);
        if (used == null) {
            used = new Used(schema);
            byId.put(id, used);
            ids.merge(schema, id, Math::min);
            idMax = Math.max(idMax, id);
        }
        used.uses++;
        return used.schema.equals(schema);
    }

    /// A version with this id is gone.
    void release(int id) {
        Used used = byId.get(id);
        if (used == null || --used.uses > 0) return;
        byId.remove(id);
        ids.remove(used.schema, id);
    }

    @Nullable
    SchemaText schema(int id) {
        Used used = byId.get(id);
        return used == null ? null : used.schema;
    }

    @Nullable
    Integer id(SchemaText schema) {
        return ids.get(schema);
    }

    /// An id up to which all were given out.
    void raise(int id) {
        idMax = Math.max(idMax, id);
    }

    /// The highest id that was ever seen.
    int idMax() {
        return idMax;
    }

    int size() {
        return byId.size();
    }
}
