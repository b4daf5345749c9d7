package barnabas.sql.registry;

import barnabas.sql.schemas.JsonReferences;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON schemas of columns, with the words that Connect adds for types that JSON does not have. All fields may be null.
final class JsonSchemas {
    private static final String CONNECT = "org.apache.kafka.connect.data.";
    private static final int DEPTH_MAX = 100;

    private JsonSchemas() {}

    /// @param fullName title of the schema; null without
    static ObjectNode of(SqlType type, @Nullable String fullName) {
        ObjectNode node = of(type);
        if (fullName != null) node.put("title", fullName);
        return node;
    }

    static ObjectNode of(SqlType type) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        switch (type) {
            case SqlType.Structure structure -> {
                ObjectNode properties = node.put("type", "object").putObject("properties");
                int index = 0;
                for (SqlType.Field each : structure.fields()) {
                    ObjectNode property = nullable(each.type());
                    property.put("connect.index", index++);
                    properties.set(each.name(), property);
                }
            }
            case SqlType.Array array -> node.put("type", "array").set("items", nullable(array.element()));
            case SqlType.Map map ->
                node.put("type", "object")
                        .put("connect.type", "map")
                        .set("additionalProperties", nullable(map.value()));
            case SqlType.Decimal decimal -> {
                node.put("type", "number").put("title", CONNECT + "Decimal").put("connect.type", "bytes");
                node.put("connect.version", 1)
                        .putObject("connect.parameters")
                        .put("scale", String.valueOf(decimal.scale()))
                        .put("connect.decimal.precision", String.valueOf(decimal.precision()));
            }
            case SqlType.Primitive primitive -> simple(node, primitive);
        }
        return node;
    }

    private static ObjectNode nullable(SqlType type) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        var choices = node.putArray("oneOf");
        choices.addObject().put("type", "null");
        choices.add(of(type));
        return node;
    }

    private static void simple(ObjectNode node, SqlType.Primitive type) {
        switch (type) {
            case BOOLEAN -> node.put("type", "boolean");
            case INTEGER -> node.put("type", "integer").put("connect.type", "int32");
            case BIGINT -> node.put("type", "integer").put("connect.type", "int64");
            case DOUBLE -> node.put("type", "number").put("connect.type", "float64");
            case STRING -> node.put("type", "string");
            case BYTES -> node.put("type", "string").put("connect.type", "bytes");
            case DATE -> named(node, "Date", "int32");
            case TIME -> named(node, "Time", "int32");
            case TIMESTAMP -> named(node, "Timestamp", "int64");
            case NULL -> throw new IllegalArgumentException("no column has the type NULL");
        }
    }

    private static void named(ObjectNode node, String name, String connect) {
        node.put("type", "integer").put("title", CONNECT + name).put("connect.type", connect);
        node.put("connect.version", 1);
    }

    /// A value with the names that a schema has for its fields, which may differ in case.
    static JsonNode renamed(JsonNode value, JsonNode schema) {
        return renamed(value, schema, schema, 0);
    }

    private static JsonNode renamed(JsonNode value, JsonNode written, JsonNode document, int depth) {
        if (depth > DEPTH_MAX || !value.isContainerNode()) return value;
        JsonNode schema = JsonReferences.resolved(written, document);
        if (value.isArray()) {
            var all = JsonNodeFactory.instance.arrayNode();
            for (JsonNode each : value) all.add(renamed(each, schema.path("items"), document, depth + 1));
            return all;
        }
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            String name = each.getKey();
            JsonNode found = schema.path("additionalProperties");
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                if (!property.getKey().equalsIgnoreCase(each.getKey())) continue;
                name = property.getKey();
                found = property.getValue();
                if (name.equals(each.getKey())) break;
            }
            all.set(name, renamed(each.getValue(), found, document, depth + 1));
        }
        return all;
    }
}
