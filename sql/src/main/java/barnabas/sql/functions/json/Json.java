package barnabas.sql.functions.json;

import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueText;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as trees: reading of strings, and SQL values as JSON.
final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /// The value in `text`; null when it holds no JSON value, or more than one. The literal `null` is a node.
    static @Nullable JsonNode read(String text) {
        try {
            JsonNode node = READER.readValue(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException _) {
            return null;
        }
    }

    static ArrayNode array() {
        return NODES.arrayNode();
    }

    static ObjectNode object() {
        return NODES.objectNode();
    }

    /// JSON of a SQL value: times as text, bytes in base64.
    static JsonNode of(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case Boolean bool -> NODES.booleanNode(bool);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case BigDecimal number -> DecimalNode.valueOf(number);
            case ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                yield NODES.binaryNode(copy);
            }
            case List<?> list -> {
                ArrayNode array = array();
                for (Object each : list) array.add(of(each));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = object();
                map.forEach((key, each) -> object.set(ValueText.of(key), of(each)));
                yield object;
            }
            case Struct struct -> {
                ObjectNode object = object();
                for (int at = 0; at < struct.values().size(); at++)
                    object.set(struct.type().fields().get(at).name(), of(struct.value(at)));
                yield object;
            }
            default -> NODES.textNode(ValueText.of(value));
        };
    }
}
