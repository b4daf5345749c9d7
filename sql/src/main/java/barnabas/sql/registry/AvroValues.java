package barnabas.sql.registry;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Values of SQL as Avro's generic ones, and back. Fields are found by their name, or else by one that differs in case.
final class AvroValues {
    private static final long MICROS = 1_000;
    private static final long NANOS_OF_MILLI = 1_000_000;

    private AvroValues() {}

    static Schema.@Nullable Field field(Schema schema, String name) {
        Schema.Field exact = schema.getField(name);
        if (exact != null) return exact;
        for (Schema.Field each : schema.getFields()) if (each.name().equalsIgnoreCase(name)) return each;
        return null;
    }

    /// @throws SerializationException when the value is none of the type
    static @Nullable Object sql(@Nullable Object value, Schema written, SqlType type) {
        if (value == null) return null;
        Schema schema =
                written.isUnion() ? written.getTypes().get(GenericData.get().resolveUnion(written, value)) : written;
        return switch (type) {
            case SqlType.Structure structure -> {
                if (!(value instanceof IndexedRecord record)) throw wrong(schema, type);
                yield struct(record, schema, structure);
            }
            case SqlType.Array array -> {
                if (!(value instanceof List<?> list)) throw wrong(schema, type);
                var all = new ArrayList<@Nullable Object>(list.size());
                for (Object each : list) all.add(sql(each, schema.getElementType(), array.element()));
                yield all;
            }
            case SqlType.Map map -> {
                if (!(value instanceof Map<?, ?> entries)) throw wrong(schema, type);
                var all = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                entries.forEach(
                        (key, entry) -> all.put(String.valueOf(key), sql(entry, schema.getValueType(), map.value())));
                yield all;
            }
            case SqlType.Decimal decimal -> decimal(value, schema, decimal);
            case SqlType.Primitive primitive -> simple(value, schema, primitive);
        };
    }

    static Struct struct(IndexedRecord record, Schema schema, SqlType.Structure structure) {
        var values = new ArrayList<@Nullable Object>(structure.fields().size());
        for (SqlType.Field each : structure.fields()) {
            Schema.Field field = field(schema, each.name());
            values.add(field == null ? null : sql(record.get(field.pos()), field.schema(), each.type()));
        }
        return new Struct(structure, values);
    }

    private static BigDecimal decimal(Object value, Schema schema, SqlType.Decimal type) {
        if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal)) throw wrong(schema, type);
        byte[] digits = value instanceof GenericFixed fixed
                ? fixed.bytes()
                : value instanceof ByteBuffer buffer ? SchemaFrame.rest(buffer.duplicate()) : null;
        if (digits == null || digits.length == 0) throw wrong(schema, type);
        return WrittenDecimals.fitted(new BigInteger(digits), decimal.getScale(), type);
    }

    private static Object simple(Object value, Schema schema, SqlType.Primitive type) {
        String logical = logical(schema);
        return switch (type) {
            case BOOLEAN -> {
                if (value instanceof Boolean known) yield known;
                throw wrong(schema, type);
            }
            case INTEGER -> {
                if (value instanceof Integer number) yield number;
                throw wrong(schema, type);
            }
            case BIGINT -> {
                if (value instanceof Integer || value instanceof Long) yield ((Number) value).longValue();
                throw wrong(schema, type);
            }
            case DOUBLE -> {
                if (value instanceof Number number) yield number.doubleValue();
                throw wrong(schema, type);
            }
            case STRING -> {
                if (value instanceof CharSequence || value instanceof GenericData.EnumSymbol) yield value.toString();
                throw wrong(schema, type);
            }
            case BYTES -> {
                if (value instanceof ByteBuffer buffer) yield buffer.asReadOnlyBuffer();
                if (value instanceof GenericFixed fixed)
                    yield ByteBuffer.wrap(fixed.bytes()).asReadOnlyBuffer();
                throw wrong(schema, type);
            }
            case DATE -> {
                if (value instanceof Integer days && logical.equals("date")) yield LocalDate.ofEpochDay(days);
                throw wrong(schema, type);
            }
            case TIME -> {
                if (logical.startsWith("time-") && value instanceof Number number)
                    yield LocalTime.ofNanoOfDay(millis(number, logical) * NANOS_OF_MILLI);
                throw wrong(schema, type);
            }
            case TIMESTAMP -> {
                if (logical.startsWith("timestamp-") && value instanceof Number number)
                    yield Instant.ofEpochMilli(millis(number, logical));
                throw wrong(schema, type);
            }
            case NULL -> throw wrong(schema, type);
        };
    }

    private static String logical(Schema schema) {
        LogicalType found = schema.getLogicalType();
        return found == null ? "" : found.getName();
    }

    private static long millis(Number number, String logical) {
        return logical.endsWith("-micros") ? Math.floorDiv(number.longValue(), MICROS) : number.longValue();
    }

    private static SerializationException wrong(Schema schema, SqlType type) {
        return new SerializationException(
                "Cannot deserialize type " + schema.getType().getName() + " as type " + type);
    }

    /// @throws SerializationException when the schema has no place for the value
    static @Nullable Object avro(@Nullable Object value, SqlType type, Schema wanted) {
        Schema schema = wanted;
        if (wanted.isUnion()) {
            if (value == null && wanted.isNullable()) return null;
            schema = wanted.getTypes().stream()
                    .filter(each -> each.getType() != Schema.Type.NULL)
                    .findFirst()
                    .orElse(wanted);
        }
        if (value == null) throw new SerializationException("The schema has no null for " + type);
        return switch (type) {
            case SqlType.Structure structure -> record((Struct) value, structure, schema);
            case SqlType.Array array -> {
                var all = new GenericData.Array<@Nullable Object>(((List<?>) value).size(), schema);
                for (Object each : (List<?>) value) all.add(avro(each, array.element(), schema.getElementType()));
                yield all;
            }
            case SqlType.Map map -> {
                var all = new LinkedHashMap<String, @Nullable Object>();
                for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet())
                    all.put(String.valueOf(each.getKey()), avro(each.getValue(), map.value(), schema.getValueType()));
                yield all;
            }
            case SqlType.Decimal _ -> digits((BigDecimal) value, schema);
            case SqlType.Primitive _ -> simple(value, schema);
        };
    }

    static GenericData.Record record(Struct struct, SqlType.Structure structure, Schema schema) {
        var record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            int at = -1;
            for (int i = 0; i < structure.fields().size(); i++)
                if (field.equals(field(schema, structure.fields().get(i).name()))) at = i;
            if (at >= 0)
                record.put(
                        field.pos(),
                        avro(struct.value(at), structure.fields().get(at).type(), field.schema()));
            else record.put(field.pos(), standard(field));
        }
        return record;
    }

    private static @Nullable Object standard(Schema.Field field) {
        try {
            if (field.hasDefaultValue()) return GenericData.get().getDefaultValue(field);
            if (field.schema().isNullable()) return null;
        } catch (AvroRuntimeException e) {
            throw new SerializationException("The field '" + field.name() + "' has no usable default", e);
        }
        throw new SerializationException("There is no value for the field '" + field.name() + "' of the schema");
    }

    private static Object digits(BigDecimal value, Schema schema) {
        if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal))
            throw new SerializationException("The schema has no decimal for " + value);
        WrittenDecimals.checkScale(decimal.getScale());
        byte[] digits = value.setScale(decimal.getScale()).unscaledValue().toByteArray();
        if (schema.getType() != Schema.Type.FIXED) return ByteBuffer.wrap(digits);
        if (schema.getFixedSize() > WrittenDecimals.BYTES_MAX)
            throw new SerializationException("A decimal of " + schema.getFixedSize() + " bytes is not supported");
        var fixed = new byte[schema.getFixedSize()];
        if (digits.length > fixed.length) throw new SerializationException(value + " is too long for the schema");
        for (int i = 0; i < fixed.length; i++) {
            int from = i - (fixed.length - digits.length);
            fixed[i] = from >= 0 ? digits[from] : (byte) (value.signum() < 0 ? -1 : 0);
        }
        return new GenericData.Fixed(schema, fixed);
    }

    private static Object simple(Object value, Schema schema) {
        return switch (value) {
            case LocalDate date -> Math.toIntExact(date.toEpochDay());
            case LocalTime time -> {
                long millis = time.toNanoOfDay() / NANOS_OF_MILLI;
                if (logical(schema).endsWith("-micros")) yield millis * MICROS;
                yield (int) millis;
            }
            case Instant instant ->
                logical(schema).endsWith("-micros") ? instant.toEpochMilli() * MICROS : instant.toEpochMilli();
            case Double number -> schema.getType() == Schema.Type.FLOAT ? number.floatValue() : value;
            case String text when schema.getType() == Schema.Type.ENUM -> new GenericData.EnumSymbol(schema, text);
            case ByteBuffer buffer
            when schema.getType() == Schema.Type.FIXED ->
                new GenericData.Fixed(schema, SchemaFrame.rest(buffer.duplicate()));
            case ByteBuffer buffer -> buffer.duplicate();
            default -> value;
        };
    }
}
