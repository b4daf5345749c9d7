package barnabas.sql.answers;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Types and columns in answers.
final class SchemaJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SchemaJson() {}

    static ArrayNode fields(Schema schema) {
        ArrayNode fields = NODES.arrayNode();
        for (Column each : schema.columns()) {
            ObjectNode field = fields.addObject();
            field.put("name", each.name());
            field.set("schema", type(each.type()));
            if (each.role() != Column.Role.VALUE) field.put("type", each.role().name());
            if (each.header() != null) field.put("headerKey", each.header());
        }
        return fields;
    }

    static ObjectNode type(SqlType type) {
        ObjectNode node = NODES.objectNode();
        node.put("type", name(type));
        node.putNull("fields");
        node.putNull("memberSchema");
        switch (type) {
            case SqlType.Array array -> node.set("memberSchema", type(array.element()));
            case SqlType.Map map -> {
                node.set("keySchema", type(map.key()));
                node.set("memberSchema", type(map.value()));
            }
            case SqlType.Structure structure -> {
                ArrayNode fields = node.putArray("fields");
                for (SqlType.Field each : structure.fields()) {
                    ObjectNode field = fields.addObject();
                    field.put("name", each.name());
                    field.set("schema", type(each.type()));
                }
            }
            case SqlType.Decimal decimal ->
                node.putObject("parameters")
                        .put("precision", decimal.precision())
                        .put("scale", decimal.scale());
            case SqlType.Primitive _ -> {}
        }
        return node;
    }

    private static String name(SqlType type) {
        return switch (type) {
            case SqlType.Primitive primitive -> primitive.toString();
            case SqlType.Decimal _ -> "DECIMAL";
            case SqlType.Array _ -> "ARRAY";
            case SqlType.Map _ -> "MAP";
            case SqlType.Structure _ -> "STRUCT";
        };
    }
}
