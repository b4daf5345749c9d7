package barnabas.sql.topology;

import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.kstream.Window;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.jspecify.annotations.Nullable;

/// Bytes of keys in topics. Behind the key of a window lies its start, 8 bytes; behind that of a session its
/// end and its start, 8 bytes each.
public final class WindowBytes implements Serde<Object> {
    private static final int BOUND = Long.BYTES;

    private final Format.Codec codec;
    private final @Nullable WindowInfo window;

    public WindowBytes(Format.Codec codec, @Nullable WindowInfo window) {
        this.codec = codec;
        this.window = window;
    }

    @Override
    public Serializer<Object> serializer() {
        return (topic, key) -> encode(key);
    }

    @Override
    public Deserializer<Object> deserializer() {
        return (topic, bytes) -> decode(bytes);
    }

    public byte @Nullable [] encode(@Nullable Object key) {
        if (!(key instanceof Windowed<?> windowed)) return codec.encode((Row) key);
        byte[] row = codec.encode((Row) windowed.key());
        int length = row == null ? 0 : row.length;
        boolean session = window != null && window.isSession();
        var bytes = ByteBuffer.allocate(length + (session ? 2 : 1) * BOUND);
        if (row != null) bytes.put(row);
        if (session) bytes.putLong(windowed.window().end());
        return bytes.putLong(windowed.window().start()).array();
    }

    public @Nullable Object decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        if (window == null) return codec.decode(bytes);
        int tail = window.isSession() ? 2 * BOUND : BOUND;
        if (bytes.length < tail)
            throw new SerializationException("a key of " + bytes.length + " bytes without a window");
        Row row = codec.decode(Arrays.copyOf(bytes, bytes.length - tail));
        var bounds = ByteBuffer.wrap(bytes, bytes.length - tail, tail);
        if (row == null) return null;
        Window found;
        if (window.isSession()) {
            long end = bounds.getLong();
            found = new SessionWindow(bounds.getLong(), end);
        } else {
            long start = bounds.getLong();
            Long size = window.sizeMs();
            found = new TimeWindow(start, size == null ? Long.MAX_VALUE : start + size);
        }
        return new Windowed<>(row, found);
    }
}
