package barnabas.sql.formats;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Bytes as Kafka's own serializers make them: one INTEGER, BIGINT, DOUBLE, STRING or BYTES.
final class KafkaCodec implements Format.Codec {
    private final SqlType type;

    KafkaCodec(List<Column> columns) {
        if (columns.size() != 1) {
            throw new SqlProblem("The 'KAFKA' format only supports a single field. Got: " + columns);
        }
        type = columns.getFirst().type();
        if (type != SqlType.INTEGER
                && type != SqlType.BIGINT
                && type != SqlType.DOUBLE
                && type != SqlType.STRING
                && type != SqlType.BYTES) {
            String shown = type instanceof SqlType.Decimal
                    ? "DECIMAL"
                    : type instanceof SqlType.Array
                            ? "ARRAY"
                            : type instanceof SqlType.Map
                                    ? "MAP"
                                    : type instanceof SqlType.Structure ? "STRUCT" : type.toString();
            throw new SqlProblem("The 'KAFKA' format does not support type '" + shown + "', column: "
                    + columns.getFirst().name());
        }
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        Object value = row == null ? null : row.value(0);
        return switch (value) {
            case null -> null;
            case Integer number -> ByteBuffer.allocate(4).putInt(number).array();
            case Long number -> ByteBuffer.allocate(8).putLong(number).array();
            case Double number -> ByteBuffer.allocate(8).putDouble(number).array();
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case ByteBuffer buffer -> {
                var bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            default -> throw new SerializationException("not a " + type + ": " + value);
        };
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int width = type == SqlType.INTEGER ? 4 : type == SqlType.BIGINT || type == SqlType.DOUBLE ? 8 : -1;
        if (width >= 0 && bytes.length != width)
            throw new SerializationException("Size of data received by a deserializer of " + type + " is not " + width);
        if (type == SqlType.INTEGER) return new Row(buffer.getInt());
        if (type == SqlType.BIGINT) return new Row(buffer.getLong());
        if (type == SqlType.DOUBLE) return new Row(buffer.getDouble());
        if (type == SqlType.BYTES) return new Row(buffer.asReadOnlyBuffer());
        return new Row(new String(bytes, StandardCharsets.UTF_8));
    }
}
