package barnabas.sql.rest;

import barnabas.sql.formats.JsonValues;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values of rows in responses: as in topics of JSON, but for dates, times and timestamps, which are texts.
final class RestValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RestValues() {}

    static JsonNode node(@Nullable Object value, SqlType type) {
        if (value == null) return NODES.nullNode();
        return switch (type) {
            case SqlType.Array array -> {
                var node = NODES.arrayNode();
                for (Object each : (List<?>) value) node.add(node(each, array.element()));
                yield node;
            }
            case SqlType.Map map -> {
                var node = NODES.objectNode();
                ((Map<?, ?>) value)
                        .forEach((key, entry) ->
                                node.set(key == null ? "null" : ValueText.of(key), node(entry, map.value())));
                yield node;
            }
            case SqlType.Structure structure -> {
                var node = NODES.objectNode();
                var struct = (Struct) value;
                for (int i = 0; i < structure.fields().size(); i++) {
                    SqlType.Field field = structure.fields().get(i);
                    node.set(field.name(), node(struct.value(i), field.type()));
                }
                yield node;
            }
            case SqlType.Primitive primitive ->
                switch (primitive) {
                    case DATE, TIME, TIMESTAMP -> NODES.textNode(ValueText.of(value));
                    case BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, BYTES, NULL -> JsonValues.node(value, type);
                };
            case SqlType.Decimal _ -> JsonValues.node(value, type);
        };
    }
}
