package barnabas.sql.schemas;

import com.fasterxml.jackson.databind.JsonNode;

/// Parts of a JSON schema that stand elsewhere in its document: `{"$ref": "#/definitions/a"}`.
public final class JsonReferences {
    private static final String REFERENCE = "$ref";

    private JsonReferences() {}

    public static boolean is(JsonNode schema) {
        return schema.path(REFERENCE).isTextual();
    }

    /// @return missing when the document has no such part
    /// @throws IllegalArgumentException when the reference leaves the document
    public static JsonNode target(JsonNode schema, JsonNode document) {
        String reference = schema.path(REFERENCE).textValue();
        if (!reference.startsWith("#"))
            throw new IllegalArgumentException("the reference " + reference + " leaves the document");
        return document.at(reference.substring(1));
    }
}
