package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.avro.Schema;

/// Size of an Avro schema with each named type written out where it is used: a type that holds the one before twice
/// doubles with each step. Avro's library checks defaults, and collects what is incompatible, once for each place.
final class AvroSize {
    private static final long TYPES_MAX = 200_000;
    /// Avro's library compares each branch of a union with each one of the other schema's, and keeps the results.
    private static final long BRANCH_PAIRS_MAX = 1_000_000;

    private final IdentityHashMap<Schema, Long> sizes = new IdentityHashMap<>();
    private long branchPairs;

    private AvroSize() {}

    /// @throws RegistryProblem 42201 for a schema that is too large to be checked
    static void check(Schema schema) throws RegistryProblem {
        var size = new AvroSize();
        if (size.of(schema) > TYPES_MAX)
            throw RegistryProblem.invalidSchema(
                    "has more than " + TYPES_MAX + " types when each named one is written out where it is used");
        if (size.branchPairs > BRANCH_PAIRS_MAX)
            throw RegistryProblem.invalidSchema("has unions of too many types: the squares of their numbers are "
                    + size.branchPairs + " together, at most " + BRANCH_PAIRS_MAX + " are taken");
    }

    private long of(Schema schema) {
        return switch (schema.getType()) {
            case ARRAY -> 1 + of(schema.getElementType());
            case MAP -> 1 + of(schema.getValueType());
            case UNION -> union(schema.getTypes());
            case RECORD -> record(schema);
            default -> 1;
        };
    }

    private long union(List<Schema> types) {
        branchPairs += (long) types.size() * types.size();
        long size = 1;
        for (Schema each : types) size = Math.min(size + of(each), TYPES_MAX + 1);
        return size;
    }

    /// A record within itself counts once.
    private long record(Schema schema) {
        Long known = sizes.putIfAbsent(schema, 1L);
        if (known != null) return known;
        long size = 1;
        for (Schema.Field each : schema.getFields()) size = Math.min(size + of(each.schema()), TYPES_MAX + 1);
        sizes.put(schema, size);
        return size;
    }
}
