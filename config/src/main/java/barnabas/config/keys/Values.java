package barnabas.config.keys;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Typed reading of validated values by official name: what was given, else the default.
///
/// Only for maps that went through validation: a value that does not parse is a bug here.
public final class Values {
    private final KeyTable table;
    private final Map<String, String> given;

    public Values(KeyTable table, Map<String, String> given) {
        this.table = table;
        this.given = given;
    }

    /// Official, or one of our own.
    private ConfigKey key(String name) {
        ConfigKey official = table.find(name);
        return official == null && OpenNames.isOwn(name) ? KeyTable.barnabas().key(name) : table.key(name);
    }

    public boolean isGiven(String name) {
        return given.containsKey(key(name).name());
    }

    /// The text as given or as in the table; null when there is neither.
    public @Nullable String text(String name) {
        String text = given.get(name);
        return text == null ? key(name).defaultValue() : text;
    }

    /// Value that a topic without an override inherits from these broker values.
    public @Nullable String inherited(String topicName) {
        return Synonyms.inherited(topicName, given);
    }

    private @Nullable Object parsed(String name) {
        String text = text(name);
        if (text == null) return null;
        ConfigKey.Parsed parsed = key(name).parse(text);
        if (parsed instanceof ConfigKey.Parsed.Refused refused)
            throw new IllegalStateException("bug: " + refused.problem());
        return ((ConfigKey.Parsed.Value) parsed).value();
    }

    private Object present(String name) {
        Object value = parsed(name);
        if (value == null) throw new IllegalStateException("bug: no value and no default for " + name);
        return value;
    }

    public boolean flag(String name) {
        return (Boolean) present(name);
    }

    public int integer(String name) {
        return ((Number) present(name)).intValue();
    }

    public long number(String name) {
        return ((Number) present(name)).longValue();
    }

    public double real(String name) {
        return (Double) present(name);
    }

    public String string(String name) {
        return (String) present(name);
    }

    public @Nullable Integer integerOrNull(String name) {
        return (Integer) parsed(name);
    }

    @Nullable
    Long numberOrNull(String name) {
        Object value = parsed(name);
        return value == null ? null : ((Number) value).longValue();
    }

    public @Nullable String stringOrNull(String name) {
        return (String) parsed(name);
    }

    /// Empty when there is no value.
    @SuppressWarnings("unchecked")
    public List<String> list(String name) {
        Object value = parsed(name);
        return value == null ? List.of() : (List<String>) value;
    }
}
