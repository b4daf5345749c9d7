package barnabas.sql.registry;

import barnabas.sql.formats.ProtobufDefaults;
import barnabas.sql.schemas.ProtobufSchema;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Writes structs as messages. Fields that are null are left out.
final class ProtobufWriter {
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final ProtobufSchema schema;

    ProtobufWriter(ProtobufSchema schema) {
        this.schema = schema;
    }

    /// @throws SerializationException when the message has no place for a value
    byte[] message(Struct struct, SqlType.Structure type, ProtobufSchema.Message message) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (ProtobufSchema.Field field : message.fields())
            for (int i = 0; i < type.fields().size(); i++) {
                Object value = struct.value(i);
                String name = type.fields().get(i).name();
                SqlType one = type.fields().get(i).type();
                if (value == null) continue;
                if (name.equalsIgnoreCase(field.name())) field(out, field, message.path(), value, one);
                if (name.equalsIgnoreCase(field.choice()) && one instanceof SqlType.Structure choices)
                    chosen(out, field, message.path(), (Struct) value, choices);
            }
        out.flush();
        return bytes.toByteArray();
    }

    /// The field of a oneof, if it is the one that the column has.
    private void chosen(
            CodedOutputStream out, ProtobufSchema.Field field, String scope, Struct column, SqlType.Structure choices)
            throws IOException {
        for (int i = 0; i < choices.fields().size(); i++) {
            Object value = column.value(i);
            if (value != null && choices.fields().get(i).name().equalsIgnoreCase(field.name()))
                field(out, field, scope, value, choices.fields().get(i).type());
        }
    }

    private void field(CodedOutputStream out, ProtobufSchema.Field field, String scope, Object value, SqlType type)
            throws IOException {
        switch (type) {
            case SqlType.Array array -> {
                for (Object each : (List<?>) value)
                    one(out, field.number(), field.type(), scope, each, array.element());
            }
            case SqlType.Map map -> {
                for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
                    var bytes = new ByteArrayOutputStream();
                    CodedOutputStream entry = CodedOutputStream.newInstance(bytes);
                    one(entry, 1, String.valueOf(field.keyType()), scope, each.getKey(), map.key());
                    one(entry, 2, field.type(), scope, each.getValue(), map.value());
                    entry.flush();
                    out.writeByteArray(field.number(), bytes.toByteArray());
                }
            }
            case SqlType.Structure _, SqlType.Primitive _, SqlType.Decimal _ -> {
                boolean left = !field.presence()
                        && ProtobufReader.wrapped(field.type()) == null
                        && value.equals(ProtobufDefaults.of(type));
                if (!left) one(out, field.number(), field.type(), scope, value, type);
            }
        }
    }

    /// @param given null in a list or a map, which have none: the type's zero stands for it
    private void one(CodedOutputStream out, int number, String name, String scope, @Nullable Object given, SqlType type)
            throws IOException {
        Object value = given == null ? ProtobufDefaults.of(type) : given;
        if (type instanceof SqlType.Structure structure) {
            ProtobufSchema.Message inner = schema.message(name, scope)
                    .orElseThrow(() -> new SerializationException("The schema has no message " + name));
            out.writeByteArray(number, value == null ? new byte[0] : message((Struct) value, structure, inner));
            return;
        }
        if (value == null) throw new SerializationException("Protobuf has no null for " + type);
        String wrapped = ProtobufReader.wrapped(name);
        if (wrapped != null) {
            var bytes = new ByteArrayOutputStream();
            CodedOutputStream inner = CodedOutputStream.newInstance(bytes);
            if (!value.equals(ProtobufDefaults.of(type))) one(inner, 1, wrapped, scope, value, type);
            inner.flush();
            out.writeByteArray(number, bytes.toByteArray());
            return;
        }
        switch (name) {
            case "int32", "int64", "uint64" -> out.writeInt64(number, ((Number) value).longValue());
            case "uint32" -> out.writeUInt32(number, ((Number) value).intValue());
            case "sint32", "sint64" -> out.writeSInt64(number, ((Number) value).longValue());
            case "fixed32", "sfixed32" -> out.writeFixed32(number, ((Number) value).intValue());
            case "fixed64", "sfixed64" -> out.writeFixed64(number, ((Number) value).longValue());
            case "float" -> out.writeFloat(number, ((Double) value).floatValue());
            case "double" -> out.writeDouble(number, (Double) value);
            case "bool" -> out.writeBool(number, (Boolean) value);
            case "string" -> out.writeString(number, (String) value);
            case "bytes" -> out.writeByteArray(number, SchemaFrame.rest(((ByteBuffer) value).duplicate()));
            case "google.protobuf.Timestamp" -> out.writeByteArray(number, time((Instant) value));
            case "google.type.Date" -> out.writeByteArray(number, date((LocalDate) value));
            case "google.type.TimeOfDay" -> out.writeByteArray(number, time((LocalTime) value));
            case "confluent.type.Decimal" -> out.writeByteArray(number, decimal((BigDecimal) value));
            default -> enumeration(out, number, name, scope, value);
        }
    }

    private static byte[] time(Instant value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeInt64(1, value.getEpochSecond());
        out.writeInt32(2, (int) (value.getNano() / NANOS_OF_MILLI * NANOS_OF_MILLI));
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] date(LocalDate value) throws IOException {
        return numbers(value.getYear(), value.getMonthValue(), value.getDayOfMonth());
    }

    private static byte[] time(LocalTime value) throws IOException {
        long nanos = value.getNano() / NANOS_OF_MILLI * NANOS_OF_MILLI;
        return numbers(value.getHour(), value.getMinute(), value.getSecond(), (int) nanos);
    }

    /// Fields 1, 2 and so on, of which those that are 0 are left out.
    private static byte[] numbers(int... values) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < values.length; i++) if (values[i] != 0) out.writeInt32(i + 1, values[i]);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] decimal(BigDecimal value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(1, value.unscaledValue().toByteArray());
        out.writeUInt32(2, value.precision());
        out.writeInt32(3, value.scale());
        out.flush();
        return bytes.toByteArray();
    }

    private void enumeration(CodedOutputStream out, int number, String name, String scope, Object value)
            throws IOException {
        Map<Integer, String> constants = schema.constants(name, scope)
                .orElseThrow(() -> new SerializationException("Rows cannot be written as " + name));
        for (Map.Entry<Integer, String> each : constants.entrySet())
            if (each.getValue().equals(value)) {
                out.writeTag(number, WireFormat.WIRETYPE_VARINT);
                out.writeInt32NoTag(each.getKey());
                return;
            }
        throw new SerializationException(value + " is no constant of " + name);
    }
}
