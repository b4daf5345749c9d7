package barnabas.registry.validation;

import barnabas.registry.kinds.ParsedSchema;
import barnabas.registry.kinds.ParsedSchema.BytesCheck;
import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.kinds.SchemaKind;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Check of data of one schema. Any thread.
///
/// @param parsed null where only the id counts, or when its library does not take the schema
/// @param check null where data has to be made to be checked
/// @param problem reason why the schema has no data, with a comma in front
record SchemaBody(
        SchemaText schema,
        @Nullable ParsedSchema parsed,
        @Nullable BytesCheck check,
        @Nullable String problem) {
    static SchemaBody of(SchemaText schema, List<Used> references, boolean parse) {
        if (!parse) return new SchemaBody(schema, null, null, null);
        try {
            ParsedSchema parsed = SchemaKind.of(schema.type()).parse(schema.text(), references);
            return new SchemaBody(schema, parsed, parsed.check().orElse(null), null);
        } catch (RegistryProblem e) {
            return new SchemaBody(schema, null, null, ", which cannot be used: " + e.getMessage());
        }
    }

    boolean isFast() {
        return check != null || parsed == null;
    }

    List<String> recordNames() {
        return parsed == null ? List.of() : parsed.recordNames();
    }

    /// Reason against data, to follow "is not data of its schema 7"; null when it is.
    @Nullable
    String problem(ByteBuffer bytes, int at, int limit) {
        if (check != null) return check.fits(bytes, at, limit) ? null : "";
        if (parsed == null) return problem == null ? "" : problem;
        try {
            parsed.json(bytes.duplicate().limit(limit).position(at).slice());
            return null;
        } catch (MismatchException e) {
            return ": " + e.getMessage();
        }
    }
}
