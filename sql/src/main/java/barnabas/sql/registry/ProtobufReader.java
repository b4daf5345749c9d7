package barnabas.sql.registry;

import barnabas.sql.formats.ProtobufDefaults;
import barnabas.sql.schemas.ProtobufSchema;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Reads messages as structs: fields are found by their names, in any case.
final class ProtobufReader {
    private static final int DEPTH_MAX = 100;
    private static final String DECIMAL = "confluent.type.Decimal";

    private final ProtobufSchema schema;

    ProtobufReader(ProtobufSchema schema) {
        this.schema = schema;
    }

    /// @throws SerializationException when the bytes are none of the message, or a field is of another type
    Struct struct(CodedInputStream in, ProtobufSchema.Message message, SqlType.Structure type, int depth)
            throws IOException {
        if (depth > DEPTH_MAX) throw new SerializationException("The message is nested too deep");
        var values = new @Nullable Object[type.fields().size()];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            ProtobufSchema.Field field = null;
            for (ProtobufSchema.Field each : message.fields())
                if (each.number() == WireFormat.getTagFieldNumber(tag)) field = each;
            int own = field == null ? -1 : place(type, field.name());
            int at = own >= 0 || field == null ? own : place(type, field.choice());
            if (field == null || at < 0) {
                in.skipField(tag);
                continue;
            }
            SqlType wanted = type.fields().get(at).type();
            values[at] = own >= 0
                    ? field(in, tag, field, message.path(), wanted, values[at], depth)
                    : chosen(in, tag, field, message.path(), wanted, depth);
        }
        for (ProtobufSchema.Field field : message.fields()) {
            int at = place(type, field.name());
            if (at >= 0 && values[at] == null)
                values[at] =
                        missing(field, message.path(), type.fields().get(at).type());
        }
        return struct(type, values);
    }

    private static Struct struct(SqlType.Structure type, @Nullable Object[] values) {
        var all = new ArrayList<@Nullable Object>();
        for (Object each : values) all.add(each);
        return new Struct(type, all);
    }

    /// Index of a field in any case, the last of several; negative without one.
    private static int place(SqlType.Structure type, @Nullable String name) {
        int at = -1;
        for (int i = 0; i < type.fields().size(); i++)
            if (type.fields().get(i).name().equalsIgnoreCase(name)) at = i;
        return at;
    }

    /// The column of a oneof, of which this field is the one that is there; null when the column has no such field.
    private @Nullable Object chosen(
            CodedInputStream in, int tag, ProtobufSchema.Field field, String scope, SqlType type, int depth)
            throws IOException {
        if (!(type instanceof SqlType.Structure structure)) throw wrong(field, type);
        int at = place(structure, field.name());
        if (at < 0) {
            in.skipField(tag);
            return null;
        }
        var values = new @Nullable Object[structure.fields().size()];
        values[at] = field(in, tag, field, scope, structure.fields().get(at).type(), null, depth);
        return struct(structure, values);
    }

    /// The value of a field that is not in the bytes.
    private @Nullable Object missing(ProtobufSchema.Field field, String scope, SqlType type) {
        if (type instanceof SqlType.Array) return List.of();
        if (type instanceof SqlType.Map) return Map.of();
        if (field.presence() || isMessage(field.type(), scope)) return null;
        if (type == SqlType.STRING)
            return schema.constants(field.type(), scope)
                    .map(each -> each.getOrDefault(0, ""))
                    .orElse("");
        return ProtobufDefaults.of(type);
    }

    private Object field(
            CodedInputStream in,
            int tag,
            ProtobufSchema.Field field,
            String scope,
            SqlType type,
            @Nullable Object before,
            int depth)
            throws IOException {
        if (field.keyType() != null) {
            if (!(type instanceof SqlType.Map map)) throw wrong(field, type);
            var all = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            if (before != null) all.putAll((Map<?, ?>) before);
            entry(in, field, scope, map, all, depth);
            return all;
        }
        if (!field.repeated()) return one(in, tag, field.type(), scope, type, depth);
        if (!(type instanceof SqlType.Array array)) throw wrong(field, type);
        var all = new ArrayList<@Nullable Object>();
        if (before != null) all.addAll((List<?>) before);
        boolean packed =
                WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED && isPacked(field.type(), scope);
        if (!packed) {
            all.add(one(in, tag, field.type(), scope, array.element(), depth));
            return all;
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) all.add(simple(in, field.type(), scope, array.element()));
        in.popLimit(limit);
        return all;
    }

    private boolean isPacked(String type, String scope) {
        return !type.equals("string") && !type.equals("bytes") && !isMessage(type, scope);
    }

    private boolean isMessage(String type, String scope) {
        return type.startsWith("google.")
                || type.equals(DECIMAL)
                || schema.message(type, scope).isPresent();
    }

    private void entry(
            CodedInputStream in,
            ProtobufSchema.Field field,
            String scope,
            SqlType.Map type,
            Map<@Nullable Object, @Nullable Object> all,
            int depth)
            throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        Object key = ProtobufDefaults.of(type.key());
        Object value = ProtobufDefaults.of(type.value());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> key = one(in, tag, String.valueOf(field.keyType()), scope, type.key(), depth);
                case 2 -> value = one(in, tag, field.type(), scope, type.value(), depth);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(limit);
        all.put(key, value);
    }

    private Object one(CodedInputStream in, int tag, String name, String scope, SqlType type, int depth)
            throws IOException {
        if (!isMessage(name, scope)) return simple(in, name, scope, type);
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED)
            throw new SerializationException("The bytes are none of the message " + name);
        int limit = in.pushLimit(in.readRawVarint32());
        Object value;
        String wrapped = wrapped(name);
        if (wrapped != null) value = wrapped(in, wrapped, scope, type);
        else if (name.equals(DECIMAL)) value = decimal(in, type);
        else if (name.startsWith("google.")) value = time(in, name, type);
        else if (type instanceof SqlType.Structure structure)
            value = struct(in, schema.message(name, scope).orElseThrow(), structure, depth + 1);
        else throw new SerializationException("The message " + name + " is no " + type);
        in.popLimit(limit);
        return value;
    }

    /// Simple type in a wrapper message; null for other messages.
    static @Nullable String wrapped(String name) {
        return switch (name) {
            case "google.protobuf.Int32Value" -> "int32";
            case "google.protobuf.UInt32Value" -> "uint32";
            case "google.protobuf.Int64Value" -> "int64";
            case "google.protobuf.UInt64Value" -> "uint64";
            case "google.protobuf.FloatValue" -> "float";
            case "google.protobuf.DoubleValue" -> "double";
            case "google.protobuf.BoolValue" -> "bool";
            case "google.protobuf.StringValue" -> "string";
            case "google.protobuf.BytesValue" -> "bytes";
            default -> null;
        };
    }

    private Object wrapped(CodedInputStream in, String name, String scope, SqlType type) throws IOException {
        Object value = ProtobufDefaults.of(type);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) value = simple(in, name, scope, type);
            else in.skipField(tag);
        }
        if (value == null) throw new SerializationException("Cannot deserialize type " + name + " as type " + type);
        return value;
    }

    /// `confluent.type.Decimal`: the unscaled number in two's complement, its precision and its scale.
    private static Object decimal(CodedInputStream in, SqlType type) throws IOException {
        if (!(type instanceof SqlType.Decimal decimal))
            throw new SerializationException("The message " + DECIMAL + " is no " + type);
        BigInteger unscaled = BigInteger.ZERO;
        int scale = decimal.scale();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> {
                    byte[] bytes = in.readByteArray();
                    unscaled = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
                }
                case 3 -> scale = in.readInt32();
                default -> in.skipField(tag);
            }
        }
        return WrittenDecimals.fitted(unscaled, scale, decimal);
    }

    /// Numbers of the fields 1 to 4 of a message for a time.
    private static Object time(CodedInputStream in, String name, SqlType type) throws IOException {
        var numbers = new long[5];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            if (number < numbers.length && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT)
                numbers[number] = in.readInt64();
            else in.skipField(tag);
        }
        try {
            if (name.equals("google.protobuf.Timestamp") && type == SqlType.TIMESTAMP)
                return Instant.ofEpochMilli(
                        Math.addExact(Math.multiplyExact(numbers[1], 1_000L), Math.floorDiv(numbers[2], 1_000_000L)));
            if (name.equals("google.type.Date") && type == SqlType.DATE)
                return LocalDate.of(
                        Math.toIntExact(numbers[1]), Math.toIntExact(numbers[2]), Math.toIntExact(numbers[3]));
            if (name.equals("google.type.TimeOfDay") && type == SqlType.TIME)
                return LocalTime.of(
                        Math.toIntExact(numbers[1]),
                        Math.toIntExact(numbers[2]),
                        Math.toIntExact(numbers[3]),
                        Math.toIntExact(numbers[4] / 1_000_000 * 1_000_000));
        } catch (DateTimeException | ArithmeticException e) {
            throw new SerializationException("A " + name + " is no " + type, e);
        }
        throw new SerializationException("The message " + name + " is no " + type);
    }

    private Object simple(CodedInputStream in, String name, String scope, SqlType type) throws IOException {
        Object value = switch (name) {
            case "int32" -> in.readInt32();
            case "sint32" -> in.readSInt32();
            case "sfixed32" -> in.readSFixed32();
            case "uint32" -> Integer.toUnsignedLong(in.readUInt32());
            case "fixed32" -> Integer.toUnsignedLong(in.readFixed32());
            case "int64" -> in.readInt64();
            case "uint64" -> in.readUInt64();
            case "sint64" -> in.readSInt64();
            case "fixed64" -> in.readFixed64();
            case "sfixed64" -> in.readSFixed64();
            case "float" -> (double) in.readFloat();
            case "double" -> in.readDouble();
            case "bool" -> in.readBool();
            case "string" -> in.readStringRequireUtf8();
            case "bytes" -> ByteBuffer.wrap(in.readByteArray()).asReadOnlyBuffer();
            default -> {
                int number = in.readEnum();
                yield schema.constants(name, scope)
                        .map(each -> each.getOrDefault(number, String.valueOf(number)))
                        .orElseThrow(() -> new SerializationException("The schema has no type " + name));
            }
        };
        boolean fits = switch (type) {
            case SqlType.Primitive primitive ->
                switch (primitive) {
                    case BOOLEAN -> value instanceof Boolean;
                    case INTEGER -> value instanceof Integer;
                    case BIGINT -> value instanceof Long || value instanceof Integer;
                    case DOUBLE -> value instanceof Double;
                    case STRING -> value instanceof String;
                    case BYTES -> value instanceof ByteBuffer;
                    case DATE, TIME, TIMESTAMP, NULL -> false;
                };
            case SqlType.Decimal _, SqlType.Array _, SqlType.Map _, SqlType.Structure _ -> false;
        };
        if (!fits) throw new SerializationException("Cannot deserialize type " + name + " as type " + type);
        return type == SqlType.BIGINT && value instanceof Integer number ? Long.valueOf(number) : value;
    }

    private static SerializationException wrong(ProtobufSchema.Field field, SqlType type) {
        return new SerializationException("The field " + field.name() + " is no " + type);
    }
}
