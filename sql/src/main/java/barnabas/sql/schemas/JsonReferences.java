package barnabas.sql.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Parts of a JSON schema that stand elsewhere in its document: `{"$ref": "#/definitions/a"}`.
public final class JsonReferences {
    private static final String REFERENCE = "$ref";
    private static final int STEPS_MAX = 100;

    private JsonReferences() {}

    /// The schema that says what a value is, in whose place others stand: references, `allOf` of one schema, and the
    /// first of `oneOf` and `anyOf` that is not null alone.
    ///
    /// @return missing when the document has no such part
    /// @throws IllegalArgumentException when a reference leaves the document, or comes back to itself
    public static JsonNode resolved(JsonNode schema, JsonNode document) {
        JsonNode at = schema;
        for (int step = 0; step <= STEPS_MAX; step++) {
            JsonNode next = next(at, document);
            if (next == null) return at;
            at = next;
        }
        throw new IllegalArgumentException("nested too deep");
    }

    private static @Nullable JsonNode next(JsonNode schema, JsonNode document) {
        if (schema.path(REFERENCE).isTextual()) return target(schema, document);
        for (String word : new String[] {"oneOf", "anyOf"})
            for (JsonNode each : schema.path(word))
                if (!each.path("type").asText().equals("null")) return each;
        JsonNode all = schema.path("allOf");
        return all.size() == 1 ? all.path(0) : null;
    }

    private static JsonNode target(JsonNode schema, JsonNode document) {
        String reference = schema.path(REFERENCE).textValue();
        if (!reference.startsWith("#"))
            throw new IllegalArgumentException("the reference " + reference + " leaves the document");
        return document.at(reference.substring(1));
    }
}
