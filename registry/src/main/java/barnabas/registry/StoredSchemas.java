package barnabas.registry;

import barnabas.base.Mutex;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.console.records.SchemaData;
import barnabas.registry.kinds.ParsedSchema;
import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.kinds.SchemaKind;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.Subjects;
import barnabas.registry.state.References;
import barnabas.registry.state.RegistryState;
import barnabas.registry.store.SchemaTopic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Schemas for the console's records. Those that were parsed last are kept.
final class StoredSchemas implements SchemaData {
    private static final Logger LOG = LoggerFactory.getLogger(StoredSchemas.class);
    private static final int KEPT_MAX = 100;
    private static final int IDS_MAX = 50;

    private final SchemaTopic topic;
    private final Mutex lock = new Mutex();
    private final Map<SchemaText, ParsedSchema> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    /// A schema that was found.
    private record Stored(SchemaText schema, List<Used> used) {}

    StoredSchemas(SchemaTopic topic) {
        this.topic = topic;
    }

    @Override
    public Decoder decoder(Set<Integer> ids, Cluster cluster) throws InterruptedException {
        try {
            Map<Integer, Stored> stored = topic.look(cluster, state -> found(ids, state));
            Map<Integer, ParsedSchema> parsed = new HashMap<>();
            for (Map.Entry<Integer, Stored> each : stored.entrySet()) {
                ParsedSchema schema = parsed(each.getValue());
                if (schema != null) parsed.put(each.getKey(), schema);
            }
            return (id, data) -> {
                ParsedSchema schema = parsed.get(id);
                if (schema == null) return Optional.empty();
                try {
                    return Optional.of(schema.json(data));
                } catch (MismatchException _) {
                    return Optional.empty();
                }
            };
        } catch (RegistryProblem | ClientException e) {
            LOG.debug("Records are shown without their schemas: {}", e.getMessage());
            return Decoder.NONE;
        }
    }

    private static Map<Integer, Stored> found(Set<Integer> ids, RegistryState state) {
        Map<Integer, Stored> found = new HashMap<>();
        for (int id : ids) {
            SchemaText schema = state.schema(Subjects.DEFAULT_CONTEXT, id).orElse(null);
            if (schema == null) continue;
            try {
                found.put(id, new Stored(schema, References.of(schema, state)));
            } catch (RegistryProblem _) {
                // a schema that lacks a reference decodes nothing
            }
            if (found.size() == IDS_MAX) break;
        }
        return found;
    }

    private @Nullable ParsedSchema parsed(Stored stored) {
        try (var _ = lock.hold()) {
            ParsedSchema known = kept.get(stored.schema);
            if (known != null) return known;
        }
        try {
            ParsedSchema parsed = SchemaKind.of(stored.schema.type()).parse(stored.schema.text(), stored.used);
            try (var _ = lock.hold()) {
                kept.put(stored.schema, parsed);
                if (kept.size() > KEPT_MAX) kept.remove(kept.keySet().iterator().next());
            }
            return parsed;
        } catch (RegistryProblem _) {
            return null;
        }
    }
}
