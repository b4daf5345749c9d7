package barnabas.sql.formats;

import barnabas.sql.rows.Row;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Keys and values without columns.
///
/// @param object an empty object is written, not nothing
record EmptyCodec(boolean object) implements Format.Codec {
    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        return object && row != null ? "{}".getBytes(StandardCharsets.UTF_8) : null;
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        return bytes == null ? null : new Row();
    }
}
