package barnabas.sql.functions.text;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Functions of bytes alone.
public final class Binary {
    private static final String CATEGORY = "Bytes";

    private Binary() {}

    public static List<SqlFunction> all() {
        return List.of(
                number("BIGINT_FROM_BYTES", "BIGINT", Long.BYTES, ByteBuffer::getLong)
                        .example("BIGINT_FROM_BYTES(TO_BYTES('AAAAASoF8gA=', 'base64')) => 5000000000")
                        .build(),
                number("DOUBLE_FROM_BYTES", "DOUBLE", Double.BYTES, ByteBuffer::getDouble)
                        .example("DOUBLE_FROM_BYTES(TO_BYTES('QICm/ZvJ9YI=', 'base64')) => 532.8738323E0")
                        .build(),
                number("INT_FROM_BYTES", "INTEGER", Integer.BYTES, ByteBuffer::getInt)
                        .example("INT_FROM_BYTES(TO_BYTES('AAAH5Q==', 'base64'), 'BIG_ENDIAN') => 2021")
                        .build(),
                Scalar.named("FROM_BYTES", CATEGORY, "Converts bytes to a string in hex, utf8, ascii or base64.")
                        .strict(
                                "(bytes BYTES, encoding STRING) STRING",
                                a -> Encoding.of((String) a[1]).encode(Encoding.bytes(a[0])))
                        .example("FROM_BYTES(TO_BYTES('kafka', 'utf8'), 'hex') => '6b61666b61'")
                        .build(),
                Scalar.named("TO_BYTES", CATEGORY, "Converts a string in hex, utf8, ascii or base64 to bytes.")
                        .strict(
                                "(text STRING, encoding STRING) BYTES",
                                a -> Encoding.value(Encoding.of((String) a[1]).decode((String) a[0])))
                        .example("LEN(TO_BYTES('ff00', 'hex')) => 2")
                        .build());
    }

    private static Scalar.Builder number(String name, String type, int size, Function<ByteBuffer, Object> read) {
        return Scalar.named(
                        name, CATEGORY, "Reads " + size + " bytes as " + type + ", big endian unless said otherwise.")
                .strict("(bytes BYTES) " + type, a -> number(a[0], "BIG_ENDIAN", size, read))
                .strict("(bytes BYTES, byte_order STRING) " + type, a -> number(a[0], (String) a[1], size, read));
    }

    private static @Nullable Object number(Object bytes, String order, int size, Function<ByteBuffer, Object> read) {
        ByteBuffer buffer = ((ByteBuffer) bytes).duplicate();
        if (buffer.remaining() != size) return null;
        return switch (order.toUpperCase(Locale.ROOT)) {
            case "BIG_ENDIAN" -> read.apply(buffer.order(ByteOrder.BIG_ENDIAN));
            case "LITTLE_ENDIAN" -> read.apply(buffer.order(ByteOrder.LITTLE_ENDIAN));
            default -> null;
        };
    }

    /// Bytes in `arguments` from the index `from` on, with `separator` between them; nulls are skipped.
    static Object join(@Nullable Object separator, @Nullable Object[] arguments, int from) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        boolean first = true;
        for (int at = from; at < arguments.length; at++) {
            Object bytes = arguments[at];
            if (bytes == null) continue;
            if (!first && separator != null) joined.writeBytes(Encoding.bytes(separator));
            joined.writeBytes(Encoding.bytes(bytes));
            first = false;
        }
        return Encoding.value(joined.toByteArray());
    }

    /// Parts of `bytes` between the delimiters; its single bytes when the delimiter is empty.
    static List<Object> parts(byte[] bytes, byte[] delimiter) {
        List<Object> parts = new ArrayList<>();
        if (delimiter.length == 0) {
            for (byte each : bytes) parts.add(Encoding.value(new byte[] {each}));
            return parts;
        }
        int start = 0;
        int at = 0;
        while (at + delimiter.length <= bytes.length) {
            if (Arrays.equals(bytes, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                parts.add(Encoding.value(Arrays.copyOfRange(bytes, start, at)));
                at += delimiter.length;
                start = at;
            } else {
                at++;
            }
        }
        parts.add(Encoding.value(Arrays.copyOfRange(bytes, start, bytes.length)));
        return parts;
    }
}
