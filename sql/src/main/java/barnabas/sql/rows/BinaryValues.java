package barnabas.sql.rows;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bytes of values in state stores and repartition topics: a 0 for null, else a 1 and the value.
final class BinaryValues {
    private BinaryValues() {}

    static void write(DataOutputStream out, SqlType type, @Nullable Object value) throws IOException {
        out.writeBoolean(value != null);
        if (value == null) return;
        switch (type) {
            case SqlType.Primitive primitive -> writePrimitive(out, primitive, value);
            case SqlType.Decimal _ -> {
                var decimal = (BigDecimal) value;
                out.writeInt(decimal.scale());
                writeBytes(out, decimal.unscaledValue().toByteArray());
            }
            case SqlType.Array array -> {
                var list = (List<?>) value;
                out.writeInt(list.size());
                for (Object each : list) write(out, array.element(), each);
            }
            case SqlType.Map map -> {
                var entries = (Map<?, ?>) value;
                out.writeInt(entries.size());
                for (Map.Entry<?, ?> each : entries.entrySet()) {
                    write(out, map.key(), each.getKey());
                    write(out, map.value(), each.getValue());
                }
            }
            case SqlType.Structure structure -> {
                var struct = (Struct) value;
                for (int i = 0; i < structure.fields().size(); i++)
                    write(out, structure.fields().get(i).type(), struct.value(i));
            }
        }
    }

    private static void writePrimitive(DataOutputStream out, SqlType.Primitive type, Object value) throws IOException {
        switch (type) {
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INTEGER -> out.writeInt((Integer) value);
            case BIGINT -> out.writeLong((Long) value);
            case DOUBLE -> out.writeDouble((Double) value);
            case STRING -> writeBytes(out, ((String) value).getBytes(StandardCharsets.UTF_8));
            case BYTES -> {
                ByteBuffer buffer = ((ByteBuffer) value).duplicate();
                var bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                writeBytes(out, bytes);
            }
            case DATE -> out.writeLong(((LocalDate) value).toEpochDay());
            case TIME -> out.writeLong(((LocalTime) value).toNanoOfDay());
            case TIMESTAMP -> out.writeLong(((Instant) value).toEpochMilli());
            case NULL -> throw new IOException("NULL has no values");
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static @Nullable Object read(DataInputStream in, SqlType type) throws IOException {
        if (!in.readBoolean()) return null;
        return switch (type) {
            case SqlType.Primitive primitive -> readPrimitive(in, primitive);
            case SqlType.Decimal _ -> {
                int scale = in.readInt();
                yield new BigDecimal(new BigInteger(readBytes(in)), scale);
            }
            case SqlType.Array array -> {
                int size = in.readInt();
                var list = new ArrayList<@Nullable Object>();
                for (int i = 0; i < size; i++) list.add(read(in, array.element()));
                yield list;
            }
            case SqlType.Map map -> {
                int size = in.readInt();
                var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (int i = 0; i < size; i++) {
                    Object key = read(in, map.key());
                    entries.put(key, read(in, map.value()));
                }
                yield entries;
            }
            case SqlType.Structure structure -> {
                var values = new ArrayList<@Nullable Object>();
                for (SqlType.Field each : structure.fields()) values.add(read(in, each.type()));
                yield new Struct(structure, values);
            }
        };
    }

    private static Object readPrimitive(DataInputStream in, SqlType.Primitive type) throws IOException {
        return switch (type) {
            case BOOLEAN -> in.readBoolean();
            case INTEGER -> in.readInt();
            case BIGINT -> in.readLong();
            case DOUBLE -> in.readDouble();
            case STRING -> new String(readBytes(in), StandardCharsets.UTF_8);
            case BYTES -> ByteBuffer.wrap(readBytes(in)).asReadOnlyBuffer();
            case DATE -> LocalDate.ofEpochDay(in.readLong());
            case TIME -> LocalTime.ofNanoOfDay(in.readLong());
            case TIMESTAMP -> Instant.ofEpochMilli(in.readLong());
            case NULL -> throw new IOException("NULL has no values");
        };
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) throw new IOException("a length of " + length);
        return in.readNBytes(length);
    }
}
