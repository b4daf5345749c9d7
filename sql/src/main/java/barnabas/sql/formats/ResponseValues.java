package barnabas.sql.formats;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/// Values of rows in responses: as in topics of JSON, but for dates, times and timestamps, which are texts.
public final class ResponseValues implements JsonValues.Simple {
    private static final ResponseValues IN_RESPONSES = new ResponseValues();

    private ResponseValues() {}

    public static JsonNode node(@Nullable Object value, SqlType type) {
        return JsonValues.node(value, type, IN_RESPONSES);
    }

    @Override
    public String key(Object key) {
        return ValueText.of(key);
    }

    @Override
    public JsonNode leaf(Object value, SqlType type) {
        boolean isText =
                type == SqlType.Primitive.DATE || type == SqlType.Primitive.TIME || type == SqlType.Primitive.TIMESTAMP;
        return isText ? JsonNodeFactory.instance.textNode(ValueText.of(value)) : JsonValues.node(value, type);
    }
}
