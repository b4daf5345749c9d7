package barnabas.sql.schemas;

import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Map;

/// Types of a JSON schema, with the words that Connect adds for types that JSON does not have.
final class JsonTypes {
    private final FieldNames names;

    JsonTypes(FieldNames names) {
        this.names = names;
    }

    /// @throws IllegalArgumentException when there is none
    SqlType type(JsonNode schema, int depth) {
        if (depth > SchemaTypes.DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        for (String word : new String[] {"oneOf", "anyOf"})
            for (JsonNode each : schema.path(word))
                if (!each.path("type").asText().equals("null")) return type(each, depth + 1);
        JsonNode type = schema.path("type");
        String name = type.asText();
        for (JsonNode each : type) if (!each.asText().equals("null")) name = each.asText();
        return switch (name) {
            case "boolean" -> SqlType.BOOLEAN;
            case "integer" -> integer(schema);
            case "number" -> number(schema);
            case "string" -> schema.path("connect.type").asText().equals("bytes") ? SqlType.BYTES : SqlType.STRING;
            case "array" -> SqlType.array(type(schema.path("items"), depth + 1));
            case "object" -> object(schema, depth);
            default -> throw new IllegalArgumentException("no type for " + name);
        };
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
