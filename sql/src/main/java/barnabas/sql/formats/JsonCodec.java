package barnabas.sql.formats;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// JSON: an object of columns, or the value of a single column alone.
final class JsonCodec implements Format.Codec {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /// A byte 0 and the id of a schema.
    private static final int SCHEMA_HEAD = 1 + Integer.BYTES;

    private final SqlType.Structure type;
    private final boolean alone;
    private final boolean defaults;

    /// @param defaults nulls of simple types become 0, false and the empty text, those of arrays and maps empty ones
    JsonCodec(List<Column> columns, boolean alone, Format format, boolean defaults) {
        this.alone = alone;
        this.defaults = defaults;
        type = new SqlType.Structure(columns.stream()
                .map(each -> new SqlType.Field(each.name(), each.type()))
                .toList());
        for (Column each : columns) checkMaps(each.type(), format);
        if (format == Format.AVRO && !alone) checkNames(type);
        if (format == Format.AVRO && alone) for (Column each : columns) checkNames(each.type());
    }

    /// Names of Avro's fields have letters, digits and `_` only.
    private static void checkNames(SqlType type) {
        switch (type) {
            case SqlType.Structure structure -> {
                for (SqlType.Field each : structure.fields()) {
                    String name = each.name();
                    for (int i = 0; i < name.length(); i++) {
                        char c = name.charAt(i);
                        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                        if (letter || (i > 0 && c >= '0' && c <= '9')) continue;
                        throw new SqlProblem("Schema is not compatible with Avro: "
                                + (i == 0 ? "Illegal initial character: " : "Illegal character in: ") + name);
                    }
                    checkNames(each.type());
                }
            }
            case SqlType.Array array -> checkNames(array.element());
            case SqlType.Map map -> checkNames(map.value());
            case SqlType.Primitive _, SqlType.Decimal _ -> {}
        }
    }

    private static void checkMaps(SqlType type, Format format) {
        if (type instanceof SqlType.Map map) {
            if (map.key() != SqlType.STRING
                    && (format == Format.JSON || format == Format.AVRO || format == Format.JSON_SR)) {
                throw new SqlProblem(format + " only supports MAP types with STRING keys. Got: " + type);
            }
            checkMaps(map.value(), format);
        } else if (type instanceof SqlType.Array array) {
            checkMaps(array.element(), format);
        } else if (type instanceof SqlType.Structure structure) {
            for (SqlType.Field each : structure.fields()) checkMaps(each.type(), format);
        }
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        if (row == null) return null;
        JsonNode node;
        if (alone) {
            Object value = row.value(0);
            if (value == null && !defaults) return null;
            if (defaults)
                value = ProtobufDefaults.filled(value, type.fields().getFirst().type());
            node = JsonValues.node(value, type.fields().getFirst().type());
        } else {
            Object struct = new Struct(type, Arrays.asList(row.values()));
            node = JsonValues.node(defaults ? ProtobufDefaults.filled(struct, type) : struct, type);
        }
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new SerializationException("not JSON: " + row, e);
        }
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        JsonNode node;
        try {
            int head = hasSchema(bytes) ? SCHEMA_HEAD : 0;
            node = MAPPER.readTree(bytes, head, bytes.length - head);
        } catch (IOException e) {
            throw new SerializationException("not JSON", e);
        }
        if (node.isMissingNode() || node.isNull()) return null;
        if (alone) return new Row(value(node, type.fields().getFirst().type()));
        if (!node.isObject()) throw new SerializationException("not a JSON object of " + type);
        var struct = (Struct) value(node, type);
        return struct == null ? null : new Row(struct.values().toArray());
    }

    /// Whether the id of a schema lies in front, as JSON_SR writes it: no JSON begins with a byte 0.
    private static boolean hasSchema(byte[] bytes) {
        return bytes.length > SCHEMA_HEAD && bytes[0] == 0;
    }

    private @Nullable Object value(JsonNode node, SqlType wanted) {
        Object value = JsonValues.value(node, wanted);
        return defaults ? ProtobufDefaults.filled(value, wanted) : value;
    }
}
