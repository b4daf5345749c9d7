package barnabas.sql.rows;

import barnabas.sql.types.Struct;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Memory that rows take, about: bytes of their texts and values and of the objects around these.
public final class RowMemory {
    private static final long OBJECT_BYTES = 48;

    private RowMemory() {}

    /// Bytes of a row and of all that is in it.
    public static long bytes(Row row) {
        long bytes = OBJECT_BYTES;
        for (Object each : row.values()) bytes += bytes(each);
        return bytes;
    }

    /// Bytes of a value of any type, of a row or of a key.
    public static long bytes(@Nullable Object value) {
        return switch (value) {
            case null -> Long.BYTES;
            case String text -> OBJECT_BYTES + 2L * text.length();
            case ByteBuffer bytes -> 2 * OBJECT_BYTES + bytes.remaining();
            case Iterable<?> all -> of(all);
            case Map<?, ?> map -> of(map.keySet()) + of(map.values());
            case Struct struct -> of(struct.values());
            case Row row -> bytes(row);
            default -> OBJECT_BYTES;
        };
    }

    private static long of(Iterable<?> all) {
        long bytes = OBJECT_BYTES;
        for (Object each : all) bytes += bytes(each);
        return bytes;
    }
}
