package barnabas.sql.schemas;

import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Map;

/// Types of a JSON schema, with the words that Connect adds for types that JSON does not have.
final class JsonTypes {
    private final JsonNode document;
    private final FieldNames names;
    private final Extent extent = new Extent();

    JsonTypes(JsonNode document, FieldNames names) {
        this.document = document;
        this.names = names;
    }

    /// Type of the document's values.
    ///
    /// @throws IllegalArgumentException when there is none
    SqlType type() {
        return type(document, 0);
    }

    private SqlType type(JsonNode written, int depth) {
        extent.add(depth);
        JsonNode schema = JsonReferences.resolved(written, document);
        return switch (name(schema)) {
            case "boolean" -> SqlType.BOOLEAN;
            case "integer" -> integer(schema);
            case "number" -> number(schema);
            case "string" -> schema.path("connect.type").asText().equals("bytes") ? SqlType.BYTES : SqlType.STRING;
            case "array" -> SqlType.array(type(schema.path("items"), depth + 1));
            case "object" -> object(schema, depth);
            default -> throw new IllegalArgumentException("no type for " + schema);
        };
    }

    /// Name of a type; words that only one type has stand for it where none is named.
    private static String name(JsonNode schema) {
        JsonNode type = schema.path("type");
        String name = type.asText();
        for (JsonNode each : type) if (!each.asText().equals("null")) name = each.asText();
        if (!name.isEmpty()) return name;
        if (schema.has("properties")) return "object";
        if (schema.has("items")) return "array";
        boolean texts = schema.has("enum");
        for (JsonNode each : schema.path("enum")) texts &= each.isTextual() || each.isNull();
        return texts ? "string" : "";
    }

    private static SqlType integer(JsonNode schema) {
        return switch (schema.path("title").asText()) {
            case "org.apache.kafka.connect.data.Date" -> SqlType.DATE;
            case "org.apache.kafka.connect.data.Time" -> SqlType.TIME;
            case "org.apache.kafka.connect.data.Timestamp" -> SqlType.TIMESTAMP;
            default ->
                schema.path("connect.type").asText().startsWith("int")
                                && !schema.path("connect.type").asText().equals("int64")
                        ? SqlType.INTEGER
                        : SqlType.BIGINT;
        };
    }

    private static SqlType number(JsonNode schema) {
        if (!schema.path("title").asText().equals("org.apache.kafka.connect.data.Decimal")) return SqlType.DOUBLE;
        JsonNode parameters = schema.path("connect.parameters");
        return SqlType.decimal(
                parameters.path("connect.decimal.precision").asInt(64),
                parameters.path("scale").asInt());
    }

    private SqlType object(JsonNode schema, int depth) {
        if (schema.path("connect.type").asText().equals("map"))
            return SqlType.map(SqlType.STRING, type(schema.path("additionalProperties"), depth + 1));
        var fields = new ArrayList<SqlType.Field>();
        for (Map.Entry<String, JsonNode> each : schema.path("properties").properties())
            fields.add(new SqlType.Field(names.of(each.getKey()), type(each.getValue(), depth + 1)));
        return new SqlType.Structure(fields);
    }
}
