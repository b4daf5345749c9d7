package barnabas.console.filter;

import barnabas.base.PlainNumber;
import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.records.RecordHeader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Values of one record that a filter asks for. Key and value are read as JSON only when something below them is asked
/// for; data of a known schema is JSON. Owner: the request's thread.
final class RecordValues {
    /// There is no such value.
    static final Object ABSENT = new Object();

    private final ReadRecord record;
    private final KnownSchemas schemas;
    private @Nullable Object key;
    private @Nullable Object value;
    private @Nullable Object shownKey;
    private @Nullable Object shownValue;

    RecordValues(ReadRecord record, KnownSchemas schemas) {
        this.record = record;
        this.schemas = schemas;
    }

    Object at(String root, List<String> steps) {
        return switch (root) {
            case "offset" -> BigDecimal.valueOf(record.offset());
            case "partition" -> BigDecimal.valueOf(record.partition());
            case "timestamp" -> BigDecimal.valueOf(record.timestampMillis());
            case "size" -> BigDecimal.valueOf(record.valueBytes());
            case "headers" -> header(steps);
            case "key" -> steps.isEmpty() ? shownKey() : below(keyTree(), steps);
            case "value" -> steps.isEmpty() ? shownValue() : below(valueTree(), steps);
            default -> ABSENT;
        };
    }

    private Object header(List<String> steps) {
        if (steps.isEmpty())
            return record.headers().isEmpty()
                    ? ABSENT
                    : BigDecimal.valueOf(record.headers().size());
        for (RecordHeader each : record.headers().reversed())
            if (each.key().equals(steps.getFirst())) return text(each.value());
        return ABSENT;
    }

    private Object shownKey() {
        Object present = shownKey;
        if (present == null) shownKey = present = shown(record.key());
        return present;
    }

    private Object shownValue() {
        Object present = shownValue;
        if (present == null) shownValue = present = shown(record.value());
        return present;
    }

    /// A key or value as text; the text itself where its schema says that it is one.
    private Object shown(@Nullable ByteBuffer bytes) {
        Optional<String> json = schemas.json(bytes);
        if (json.isEmpty()) return text(bytes);
        if (json.get().startsWith("{") || json.get().startsWith("[")) return json.get();
        try {
            return JsonTree.parse(json.get().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJson e) {
            return json.get();
        }
    }

    private static Object text(@Nullable ByteBuffer bytes) {
        return bytes == null ? JsonTree.NULL : new String(ReadRecord.bytes(bytes), StandardCharsets.UTF_8);
    }

    private Object keyTree() {
        Object present = key;
        if (present == null) key = present = tree(record.key());
        return present;
    }

    private Object valueTree() {
        Object present = value;
        if (present == null) value = present = tree(record.value());
        return present;
    }

    private Object tree(@Nullable ByteBuffer bytes) {
        if (bytes == null) return ABSENT;
        byte[] text = schemas.json(bytes)
                .map(json -> json.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> ReadRecord.bytes(bytes));
        return JsonTree.parseIfStructured(text).orElse(ABSENT);
    }

    private static Object below(Object tree, List<String> steps) {
        Object at = tree;
        for (String step : steps) {
            Object next = switch (at) {
                case Map<?, ?> map -> map.get(step);
                case List<?> list -> element(list, step);
                default -> ABSENT;
            };
            if (next == null) return ABSENT;
            at = next;
        }
        return at;
    }

    private static @Nullable Object element(List<?> list, String step) {
        for (int i = 0; i < step.length(); i++) if (step.charAt(i) < '0' || step.charAt(i) > '9') return null;
        if (step.isEmpty() || step.length() > 9) return null;
        int index = Integer.parseInt(step);
        return index < list.size() ? list.get(index) : null;
    }

    /// A value as text; structures as JSON.
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case BigDecimal number -> PlainNumber.text(number);
            case Map<?, ?> map ->
                StandardCharsets.UTF_8.decode(JsonText.of(map)).toString();
            case List<?> list ->
                StandardCharsets.UTF_8.decode(JsonText.of(list)).toString();
            default -> value.toString();
        };
    }
}
