package barnabas.sql.topology;

import barnabas.sql.rows.Row;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/// Keys of records in a topology: a [Row], a [Windowed] one, or null.
final class Keys {
    private Keys() {}

    static @Nullable Row row(@Nullable Object key) {
        if (key instanceof Windowed<?> windowed) return (Row) windowed.key();
        return (Row) key;
    }

    static boolean isNull(@Nullable Object key) {
        Row row = row(key);
        return row == null || row.width() == 0 || row.hasNull();
    }
}
