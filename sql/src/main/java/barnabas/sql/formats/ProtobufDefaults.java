package barnabas.sql.formats;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values that Protobuf gives to fields that are not there: it has no null for numbers, texts, lists and the like.
/// Decimals, dates, times, timestamps and structs are messages, which can be missing.
public final class ProtobufDefaults {
    private ProtobufDefaults() {}

    /// The value that stands for a field that is not there; null for messages.
    public static @Nullable Object of(SqlType type) {
        return filled(null, type);
    }

    static @Nullable Object filled(@Nullable Object value, SqlType type) {
        return switch (type) {
            case SqlType.Primitive primitive -> value == null ? missing(primitive) : value;
            case SqlType.Decimal _ -> value;
            case SqlType.Array array -> {
                var list = new ArrayList<@Nullable Object>();
                if (value != null) for (Object each : (List<?>) value) list.add(filled(each, array.element()));
                yield list;
            }
            case SqlType.Map map -> {
                var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                if (value != null)
                    for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet())
                        entries.put(filled(each.getKey(), map.key()), filled(each.getValue(), map.value()));
                yield entries;
            }
            case SqlType.Structure structure -> {
                if (value == null) yield null;
                var struct = (Struct) value;
                var values = new ArrayList<@Nullable Object>();
                for (int i = 0; i < structure.fields().size(); i++)
                    values.add(filled(struct.value(i), structure.fields().get(i).type()));
                yield new Struct(structure, values);
            }
        };
    }

    private static @Nullable Object missing(SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> false;
            case INTEGER -> 0;
            case BIGINT -> 0L;
            case DOUBLE -> 0.0;
            case STRING -> "";
            case BYTES -> ByteBuffer.allocate(0).asReadOnlyBuffer();
            case DATE, TIME, TIMESTAMP, NULL -> null;
        };
    }
}
