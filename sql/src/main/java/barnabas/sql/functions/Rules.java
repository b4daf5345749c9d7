package barnabas.sql.functions;

import java.util.Map;

/// Settings that say what expressions give.
///
/// @param failedElementsAreNull an element of a list, map or STRUCT that cannot be computed is null; else all of the
/// list
/// @param nullTextsAreNull `CAST(NULL AS STRING)` is null; else the text `null`
public record Rules(boolean failedElementsAreNull, boolean nullTextsAreNull) {
    public static final String NESTED = "ksql.nested.error.set.null";
    public static final String NULL_TEXTS = "ksql.cast.strings.preserve.nulls";

    static final Rules STANDARD = new Rules(true, true);

    /// @param properties of a session
    public static Rules of(Map<String, String> properties) {
        return new Rules(isOn(properties, NESTED), isOn(properties, NULL_TEXTS));
    }

    private static boolean isOn(Map<String, String> properties, String name) {
        return !"false".equalsIgnoreCase(properties.getOrDefault(name, "true").strip());
    }
}
