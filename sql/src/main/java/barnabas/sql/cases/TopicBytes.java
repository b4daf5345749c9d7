package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.formats.JsonValues;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Keys and values of case files as bytes of their topic, and back.
final class TopicBytes {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private TopicBytes() {}

    static TopicRecord record(CaseRecord record, DataSource source) {
        byte[] key = bytes(record.key(), source, true);
        CaseRecord.Bounds window = record.window();
        if (window != null && key != null) key = windowed(key, window);
        return new TopicRecord(
                key,
                bytes(record.value(), source, false),
                record.timestamp() == null ? 0 : record.timestamp(),
                record.headers() == null ? List.of() : record.headers());
    }

    private static byte[] windowed(byte[] key, CaseRecord.Bounds window) {
        var bytes =
                ByteBuffer.allocate(key.length + (window.session() ? 16 : 8)).put(key);
        if (window.session()) bytes.putLong(window.end());
        return bytes.putLong(window.start()).array();
    }

    private static byte @Nullable [] bytes(JsonNode node, DataSource source, boolean key) {
        if (node.isMissingNode() || node.isNull()) return null;
        Format format = key ? source.encoding().keyFormat() : source.encoding().valueFormat();
        return switch (format) {
            case JSON, AVRO, JSON_SR, PROTOBUF, PROTOBUF_NOSR -> json(node);
            case DELIMITED, NONE -> text(node).getBytes(StandardCharsets.UTF_8);
            case KAFKA -> {
                List<Column> columns =
                        key ? source.schema().keys() : source.schema().values();
                if (columns.size() != 1) yield text(node).getBytes(StandardCharsets.UTF_8);
                try {
                    Object value = JsonValues.value(node, columns.getFirst().type());
                    yield (key ? source.keyCodec() : source.valueCodec()).encode(new Row(value));
                } catch (SerializationException e) {
                    yield text(node).getBytes(StandardCharsets.UTF_8);
                }
            }
        };
    }

    private static byte[] json(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    /// The key without its window.
    static JsonNode key(TopicRecord record, DataSource source) {
        byte[] key = record.key();
        if (key == null) return NullNode.getInstance();
        int tail = tail(source);
        return node(tail == 0 ? key : Arrays.copyOf(key, Math.max(0, key.length - tail)), source, true);
    }

    static CaseRecord.@Nullable Bounds window(TopicRecord record, DataSource source) {
        byte[] key = record.key();
        int tail = tail(source);
        if (key == null || tail == 0 || key.length < tail) return null;
        var bounds = ByteBuffer.wrap(key, key.length - tail, tail);
        if (tail == 16) {
            long end = bounds.getLong();
            return new CaseRecord.Bounds(bounds.getLong(), end, true);
        }
        long start = bounds.getLong();
        var window = source.encoding().window();
        Long size = window == null ? null : window.sizeMs();
        return new CaseRecord.Bounds(start, size == null ? Long.MAX_VALUE : start + size, false);
    }

    private static int tail(DataSource source) {
        var window = source.encoding().window();
        return window == null ? 0 : window.isSession() ? 16 : 8;
    }

    static JsonNode value(TopicRecord record, DataSource source) {
        byte[] value = record.value();
        return value == null ? NullNode.getInstance() : node(value, source, false);
    }

    private static JsonNode node(byte[] bytes, DataSource source, boolean key) {
        Format format = key ? source.encoding().keyFormat() : source.encoding().valueFormat();
        return switch (format) {
            case JSON, AVRO, JSON_SR, PROTOBUF, PROTOBUF_NOSR -> {
                try {
                    yield MAPPER.readTree(bytes);
                } catch (IOException e) {
                    yield new TextNode(new String(bytes, StandardCharsets.UTF_8));
                }
            }
            case DELIMITED -> new TextNode(new String(bytes, StandardCharsets.UTF_8));
            case NONE -> MissingNode.getInstance();
            case KAFKA -> {
                List<Column> columns =
                        key ? source.schema().keys() : source.schema().values();
                Row row = columns.isEmpty() ? null : (key ? source.keyCodec() : source.valueCodec()).decode(bytes);
                yield row == null
                        ? NullNode.getInstance()
                        : JsonValues.node(row.value(0), columns.getFirst().type());
            }
        };
    }
}
