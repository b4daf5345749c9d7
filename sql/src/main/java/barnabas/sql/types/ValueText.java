package barnabas.sql.types;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Texts of values, as `CAST(... AS STRING)` gives them.
public final class ValueText {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ValueText() {}

    /// Text of a value of any type, `null` for null: arrays as `[1, 2]`, maps as `{k=v}`, structs as `Struct{A=1,B=x}`
    /// without their null fields.
    public static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case BigDecimal decimal -> decimal.toPlainString();
            case Instant instant -> TIMESTAMP.format(instant);
            case List<?> list -> {
                StringJoiner joined = new StringJoiner(", ", "[", "]");
                for (Object element : list) joined.add(of(element));
                yield joined.toString();
            }
            case Map<?, ?> map -> {
                StringJoiner joined = new StringJoiner(", ", "{", "}");
                map.forEach((key, entry) -> joined.add(of(key) + "=" + of(entry)));
                yield joined.toString();
            }
            case Struct struct -> {
                StringJoiner joined = new StringJoiner(",", "Struct{", "}");
                for (int at = 0; at < struct.values().size(); at++) {
                    Object field = struct.value(at);
                    if (field != null) joined.add(struct.type().fields().get(at).name() + "=" + of(field));
                }
                yield joined.toString();
            }
            default -> value.toString();
        };
    }
}
