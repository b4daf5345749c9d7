package barnabas.sql.topology;

import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.RowSerde;
import barnabas.sql.types.SqlType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.jspecify.annotations.Nullable;

/// Bytes of keys in state stores and repartition topics: the row, and with a window its start and its end.
final class InternalKeys implements Serde<Object> {
    private static final int BOUNDS = 2 * Long.BYTES;

    private final Serde<Row> rows;
    private final @Nullable WindowInfo window;

    InternalKeys(List<SqlType> types, @Nullable WindowInfo window) {
        rows = new RowSerde(types);
        this.window = window;
    }

    @Override
    public Serializer<Object> serializer() {
        return (topic, key) -> {
            if (!(key instanceof Windowed<?> windowed)) return rows.serializer().serialize(topic, (Row) key);
            byte[] row = rows.serializer().serialize(topic, (Row) windowed.key());
            return ByteBuffer.allocate(row.length + BOUNDS)
                    .put(row)
                    .putLong(windowed.window().start())
                    .putLong(windowed.window().end())
                    .array();
        };
    }

    @Override
    public Deserializer<Object> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null || window == null) return rows.deserializer().deserialize(topic, bytes);
            var row = rows.deserializer().deserialize(topic, Arrays.copyOf(bytes, bytes.length - BOUNDS));
            var bounds = ByteBuffer.wrap(bytes, bytes.length - BOUNDS, BOUNDS);
            long start = bounds.getLong();
            long end = bounds.getLong();
            return new Windowed<>(row, window.isSession() ? new SessionWindow(start, end) : new TimeWindow(start, end));
        };
    }
}
