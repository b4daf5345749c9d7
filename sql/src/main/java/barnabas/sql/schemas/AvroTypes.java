package barnabas.sql.schemas;

import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/// Types of an Avro schema.
final class AvroTypes {
    private final Map<String, JsonNode> named = new HashMap<>();
    private final FieldNames names;
    private final Extent extent = new Extent();

    AvroTypes(FieldNames names) {
        this.names = names;
    }

    /// @throws IllegalArgumentException when there is none
    SqlType type(JsonNode schema, int depth) {
        extent.add(depth);
        if (schema.isArray()) return union(schema, depth);
        if (schema.isTextual()) {
            JsonNode known = named.get(schema.textValue());
            return known == null ? simple(schema.textValue(), schema) : type(known, depth + 1);
        }
        JsonNode type = schema.path("type");
        if (!type.isTextual()) return type(type, depth + 1);
        if (schema.has("name")) named.put(schema.path("name").asText(), schema);
        return switch (type.textValue()) {
            case "record" -> {
                var fields = new ArrayList<SqlType.Field>();
                for (JsonNode each : schema.path("fields"))
                    fields.add(new SqlType.Field(
                            names.of(each.path("name").asText()), type(each.path("type"), depth + 1)));
                yield new SqlType.Structure(fields);
            }
            case "array" -> SqlType.array(type(schema.path("items"), depth + 1));
            case "map" -> SqlType.map(SqlType.STRING, type(schema.path("values"), depth + 1));
            default -> simple(type.textValue(), schema);
        };
    }

    /// The type beside `null`; several are the fields of a struct, with the names of their types.
    private SqlType union(JsonNode schema, int depth) {
        var fields = new ArrayList<SqlType.Field>();
        for (JsonNode each : schema) {
            if (each.asText().equals("null")) continue;
            String name = each.isTextual()
                    ? each.textValue()
                    : each.path("name").asText(each.path("type").asText());
            fields.add(new SqlType.Field(names.of(name.substring(name.lastIndexOf('.') + 1)), type(each, depth + 1)));
        }
        if (fields.isEmpty()) throw new IllegalArgumentException("a union of nothing");
        return fields.size() == 1 ? fields.getFirst().type() : new SqlType.Structure(fields);
    }

    private static SqlType simple(String type, JsonNode schema) {
        String logical = schema.path("logicalType").asText();
        return switch (type) {
            case "int" ->
                switch (logical) {
                    case "date" -> SqlType.DATE;
                    case "time-millis" -> SqlType.TIME;
                    default -> SqlType.INTEGER;
                };
            case "long" -> logical.equals("timestamp-millis") ? SqlType.TIMESTAMP : SqlType.BIGINT;
            case "float", "double" -> SqlType.DOUBLE;
            case "boolean" -> SqlType.BOOLEAN;
            case "string", "enum" -> SqlType.STRING;
            case "bytes", "fixed" ->
                logical.equals("decimal")
                        ? SqlType.decimal(
                                schema.path("precision").asInt(),
                                schema.path("scale").asInt())
                        : SqlType.BYTES;
            default -> throw new IllegalArgumentException("no type for " + type);
        };
    }
}
