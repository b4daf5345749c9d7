package barnabas.sql.formats;

import barnabas.base.PlainNumber;
import barnabas.sql.types.Numerals;
import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Base64;
import org.apache.kafka.common.errors.SerializationException;

/// Texts of values without parts, as topics hold them: days, milliseconds and base64.
final class SimpleText {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SHOWN_MAX = 1_000;

    private SimpleText() {}

    static String of(Object value) {
        return switch (value) {
            case BigDecimal decimal -> PlainNumber.text(decimal);
            case LocalDate date -> Long.toString(date.toEpochDay());
            case LocalTime time -> Long.toString(time.toNanoOfDay() / NANOS_PER_MILLI);
            case Instant instant -> Long.toString(instant.toEpochMilli());
            case ByteBuffer buffer -> base64(buffer);
            default -> value.toString();
        };
    }

    static String base64(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// @throws SerializationException when the text is no value of the type
    static Object parse(String text, SqlType type) {
        try {
            if (type instanceof SqlType.Decimal decimal) return decimal(Numerals.exact(text), decimal);
            if (!(type instanceof SqlType.Primitive primitive)) throw new SerializationException(type.toString());
            return switch (primitive) {
                case BOOLEAN -> Boolean.parseBoolean(text.strip());
                case INTEGER -> Integer.parseInt(text.strip());
                case BIGINT -> Long.parseLong(text.strip());
                case DOUBLE -> Double.parseDouble(text.strip());
                case STRING -> text;
                case BYTES -> ByteBuffer.wrap(Base64.getDecoder().decode(text)).asReadOnlyBuffer();
                case DATE -> LocalDate.ofEpochDay(Long.parseLong(text.strip()));
                case TIME -> time(Long.parseLong(text.strip()));
                case TIMESTAMP -> Instant.ofEpochMilli(Long.parseLong(text.strip()));
                case NULL -> throw new SerializationException("a type of literals");
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new SerializationException("not a " + type + ": " + shortened(text), e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }

    static LocalTime time(long millis) {
        return LocalTime.ofNanoOfDay(Math.multiplyExact(millis, NANOS_PER_MILLI));
    }

    /// @throws SerializationException when it has more digits than the type
    static BigDecimal decimal(BigDecimal value, SqlType.Decimal type) {
        if (value.signum() == 0) return BigDecimal.ZERO.setScale(type.scale());
        if (!PlainNumber.isShort(value))
            throw new SerializationException("Numeric field overflow: " + value + " is no " + type);
        BigDecimal scaled;
        try {
            scaled = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new SerializationException(
                    "Cannot fit decimal '" + PlainNumber.text(value) + "' into " + type
                            + " as rounding would be required",
                    e);
        }
        if (scaled.precision() > type.precision())
            throw new SerializationException("Numeric field overflow: " + PlainNumber.text(value) + " is no " + type);
        return scaled;
    }
}
