package barnabas.registry.state;

import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.Reference;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.model.SchemaVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Schemas that a schema uses, directly and indirectly.
public final class References {
    private static final int DEPTH_MAX = 32;
    private static final int COUNT_MAX = 1_000;
    private static final long TEXT_CHARS_MAX = 16L << 20;

    private final RegistryState state;
    private final SchemaType type;
    private final Map<String, SchemaText> found = new LinkedHashMap<>();
    private long chars;

    private References(RegistryState state, SchemaType type) {
        this.state = state;
        this.type = type;
    }

    /// @return each behind those that it uses itself
    /// @throws RegistryProblem 42201 for one that is not there, of another kind, or too many
    public static List<Used> of(SchemaText schema, RegistryState state) throws RegistryProblem {
        var references = new References(state, schema.type());
        references.resolve(schema.references(), 0);
        var used = new ArrayList<Used>();
        references.found.forEach((name, text) -> used.add(new Used(name, text)));
        return used;
    }

    /// The same references with the latest version instead of -1.
    public static List<Reference> withVersions(List<Reference> references, RegistryState state) throws RegistryProblem {
        var fixed = new ArrayList<Reference>(references.size());
        for (Reference each : references)
            fixed.add(new Reference(
                    each.name(), each.subject(), version(each, state).version()));
        return fixed;
    }

    private static SchemaVersion version(Reference reference, RegistryState state) throws RegistryProblem {
        var found = reference.version() < 0
                ? state.latest(reference.subject())
                : state.version(reference.subject(), reference.version());
        return found.orElseThrow(() -> RegistryProblem.invalidSchema("No schema reference found for subject \""
                + reference.subject() + "\" and version " + reference.version()));
    }

    private void resolve(List<Reference> references, int depth) throws RegistryProblem {
        if (depth > DEPTH_MAX) throw RegistryProblem.invalidSchema("references deeper than " + DEPTH_MAX);
        for (Reference each : references) {
            if (found.containsKey(each.name())) continue;
            SchemaText schema = version(each, state).schema();
            if (schema.type() != type)
                throw RegistryProblem.invalidSchema("the reference " + each.name() + " is a schema of another kind");
            resolve(schema.references(), depth + 1);
            found.put(each.name(), schema);
            chars += schema.text().length();
            if (found.size() > COUNT_MAX || chars > TEXT_CHARS_MAX)
                throw RegistryProblem.invalidSchema("too many references");
        }
    }
}
