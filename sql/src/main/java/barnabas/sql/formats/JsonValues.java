package barnabas.sql.formats;

import barnabas.base.PlainNumber;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Values as JSON. Dates are days, times and timestamps milliseconds, bytes base64.
public final class JsonValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonValues() {}

    /// Forms of keys of maps and of values without parts: topics and responses differ in them.
    public interface Simple {
        String key(Object key);

        JsonNode leaf(Object value, SqlType type);
    }

    private static final Simple IN_TOPICS = new Simple() {
        @Override
        public String key(Object key) {
            return SimpleText.of(key);
        }

        @Override
        public JsonNode leaf(Object value, SqlType type) {
            return JsonValues.simple(value);
        }
    };

    public static JsonNode node(@Nullable Object value, SqlType type) {
        return node(value, type, IN_TOPICS);
    }

    public static JsonNode node(@Nullable Object value, SqlType type, Simple simple) {
        if (value == null) return NODES.nullNode();
        return switch (type) {
            case SqlType.Array array -> {
                var node = NODES.arrayNode();
                for (Object each : (List<?>) value) node.add(node(each, array.element(), simple));
                yield node;
            }
            case SqlType.Map map -> {
                var node = NODES.objectNode();
                ((Map<?, ?>) value)
                        .forEach((key, entry) ->
                                node.set(key == null ? "null" : simple.key(key), node(entry, map.value(), simple)));
                yield node;
            }
            case SqlType.Structure structure -> {
                var node = NODES.objectNode();
                var struct = (Struct) value;
                for (int i = 0; i < structure.fields().size(); i++) {
                    SqlType.Field field = structure.fields().get(i);
                    node.set(field.name(), node(struct.value(i), field.type(), simple));
                }
                yield node;
            }
            case SqlType.Primitive _, SqlType.Decimal _ -> simple.leaf(value, type);
        };
    }

    private static JsonNode simple(Object value) {
        return switch (value) {
            case Boolean known -> NODES.booleanNode(known);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case BigDecimal number -> DecimalNode.valueOf(number);
            case LocalDate date -> NODES.numberNode(date.toEpochDay());
            case LocalTime time -> NODES.numberNode(time.toNanoOfDay() / 1_000_000);
            case Instant instant -> NODES.numberNode(instant.toEpochMilli());
            case ByteBuffer buffer -> NODES.textNode(SimpleText.base64(buffer));
            default -> NODES.textNode(value.toString());
        };
    }

    /// @throws SerializationException when the node is no value of the type
    public static @Nullable Object value(JsonNode node, SqlType type) {
        if (node.isNull() || node.isMissingNode()) return null;
        return switch (type) {
            case SqlType.Array array -> {
                if (!node.isArray()) throw problem(node, type);
                var list = new ArrayList<@Nullable Object>(node.size());
                for (JsonNode each : node) list.add(value(each, array.element()));
                yield list;
            }
            case SqlType.Map map -> {
                if (!node.isObject()) throw problem(node, type);
                var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (Map.Entry<String, JsonNode> each : node.properties())
                    entries.put(SimpleText.parse(each.getKey(), map.key()), value(each.getValue(), map.value()));
                yield entries;
            }
            case SqlType.Structure structure -> {
                if (!node.isObject()) throw problem(node, type);
                yield struct(node, structure);
            }
            case SqlType.Decimal decimal -> {
                if (node.isNumber()) yield SimpleText.decimal(node.decimalValue(), decimal);
                if (node.isTextual()) yield SimpleText.parse(node.textValue(), decimal);
                throw problem(node, type);
            }
            case SqlType.Primitive primitive -> primitive(node, primitive);
        };
    }

    /// Fields are found by their name, or else by the first name that differs in case.
    private static Struct struct(JsonNode node, SqlType.Structure structure) {
        var values = new ArrayList<@Nullable Object>(structure.fields().size());
        Map<String, JsonNode> upper = null;
        for (SqlType.Field each : structure.fields()) {
            JsonNode found = node.get(each.name());
            if (found == null) {
                if (upper == null) {
                    upper = new HashMap<>();
                    for (Map.Entry<String, JsonNode> entry : node.properties())
                        upper.putIfAbsent(entry.getKey().toUpperCase(Locale.ROOT), entry.getValue());
                }
                found = upper.get(each.name().toUpperCase(Locale.ROOT));
            }
            values.add(found == null ? null : value(found, each.type()));
        }
        return new Struct(structure, values);
    }

    private static Object primitive(JsonNode node, SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> {
                if (!node.isBoolean()) throw problem(node, type);
                yield node.booleanValue();
            }
            case STRING -> {
                if (!node.isContainerNode())
                    yield node.isBigDecimal() ? PlainNumber.text(node.decimalValue()) : node.asText();
                try {
                    yield JsonCodec.MAPPER.writeValueAsString(node);
                } catch (JsonProcessingException e) {
                    throw new SerializationException("not JSON", e);
                }
            }
            case INTEGER -> number(node, type).intValue();
            case BIGINT -> number(node, type).longValue();
            case DOUBLE -> number(node, type).doubleValue();
            case DATE -> LocalDate.ofEpochDay(number(node, type).longValue());
            case TIME -> SimpleText.time(number(node, type).longValue());
            case TIMESTAMP -> Instant.ofEpochMilli(number(node, type).longValue());
            case BYTES -> {
                if (!node.isTextual()) throw problem(node, type);
                yield SimpleText.parse(node.textValue(), type);
            }
            case NULL -> throw problem(node, type);
        };
    }

    private static Number number(JsonNode node, SqlType type) {
        if (node.isNumber()) return node.numberValue();
        if (!node.isTextual()) throw problem(node, type);
        SqlType parsed = type == SqlType.INTEGER || type == SqlType.DOUBLE ? type : SqlType.BIGINT;
        return (Number) SimpleText.parse(node.textValue(), parsed);
    }

    private static SerializationException problem(JsonNode node, SqlType type) {
        return new SerializationException(
                "Can't convert type. sourceType: " + node.getClass().getSimpleName() + ", requiredType: " + type);
    }
}
