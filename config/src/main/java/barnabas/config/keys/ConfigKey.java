package barnabas.config.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One official configuration name and everything known about it.
///
/// @param defaultValue the default as text, null when there is none
/// @param internal left out of DescribeConfigs unless it was set
/// @param dynamicOnly has no place in `server.properties`, only in dynamic broker configs (throttles)
public record ConfigKey(
        String name,
        ConfigType type,
        Importance importance,
        UpdateMode updateMode,
        Rule rule,
        @Nullable String defaultValue,
        boolean internal,
        boolean dynamicOnly) {

    /// Result of parsing a text: a typed value, or the full error message.
    sealed interface Parsed {
        /// `value` is a Boolean, String, Integer, Short, Long, Double or `List<String>`, by the key's type.
        record Value(Object value) implements Parsed {}

        record Refused(String problem) implements Parsed {}
    }

    /// Passwords are never shown.
    public boolean sensitive() {
        return type == ConfigType.PASSWORD;
    }

    /// The one line in Kafka's words that says why `text` is no valid value here; null when it is valid.
    public @Nullable String problemWith(String text) {
        return problemWith(name, text);
    }

    /// Likewise for a setting that takes this key's type and rule under a name of its own
    /// (`listener.name.internal.max.connections`).
    public @Nullable String problemWith(String settingName, String text) {
        return parse(settingName, text) instanceof Parsed.Refused refused ? refused.problem() : null;
    }

    /// A valid value as DescribeConfigs shows it: without stray blanks, booleans in lower case.
    public String canonical(String text) {
        if (!(parse(name, text) instanceof Parsed.Value parsed)) return text;
        return type == ConfigType.LIST
                ? String.join(",", elements(text))
                : parsed.value().toString();
    }

    Parsed parse(String text) {
        return parse(name, text);
    }

    private Parsed parse(String settingName, String text) {
        Object value;
        try {
            value = typed(text);
        } catch (NumberFormatException _) {
            return new Parsed.Refused(invalid(settingName, text, "Not a number of type " + type));
        }
        if (value == null)
            return new Parsed.Refused(invalid(settingName, text, "Expected value to be either true or false"));
        String violation = rule.violation(settingName, value);
        return violation == null ? new Parsed.Value(value) : new Parsed.Refused(violation);
    }

    private @Nullable Object typed(String text) {
        String trimmed = text.trim();
        return switch (type) {
            case BOOLEAN -> booleanOrNull(trimmed);
            case STRING, CLASS -> trimmed;
            case PASSWORD -> text;
            case INT -> Integer.valueOf(trimmed);
            case SHORT -> Short.valueOf(trimmed);
            case LONG -> Long.valueOf(trimmed);
            case DOUBLE -> finiteOrInfinite(trimmed);
            case LIST -> elements(trimmed);
        };
    }

    private static @Nullable Boolean booleanOrNull(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /// NaN satisfies every range, so it is refused here (Kafka lets it through).
    private static Double finiteOrInfinite(String text) {
        double value = Double.parseDouble(text);
        if (Double.isNaN(value)) throw new NumberFormatException(text);
        return value;
    }

    public static String invalid(String name, Object value, String reason) {
        return "Invalid value " + value + " for configuration " + name + ": " + reason;
    }

    /// The elements of a comma-separated list, white space around them removed.
    public static List<String> elements(String text) {
        if (text.isBlank()) return List.of();
        var elements = new ArrayList<String>();
        int start = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
            elements.add(text.substring(start, comma).trim());
            start = comma + 1;
        }
        elements.add(text.substring(start).trim());
        return List.copyOf(elements);
    }
}
