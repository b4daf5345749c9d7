package barnabas.config.keys;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The official names of one kind of resource, read from a text table in the jar when first used.
///
/// ```
/// name  TAB  type  TAB  importance [internal]  TAB  update mode [dynamic-only]  TAB  rule  [ TAB  default ]
/// ```
/// The update mode is `cluster`, `broker` or `-` (read-only). Without the last column there is no default.
public final class KeyTable {
    /// Holders of the tables; each is loaded at its first use.
    private static final class Broker {
        static final KeyTable TABLE = load("broker.keys");
    }

    private static final class Topic {
        static final KeyTable TABLE = load("topic.keys");
    }

    private static final class Group {
        static final KeyTable TABLE = load("group.keys");
    }

    private static final class ClientMetrics {
        static final KeyTable TABLE = load("client-metrics.keys");
    }

    private static final class Own {
        static final KeyTable TABLE = load("barnabas.keys");
    }

    private static final class Mirror {
        static final KeyTable TABLE = load("mirror.keys");
    }

    private final Map<String, ConfigKey> byName;

    private KeyTable(Map<String, ConfigKey> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /// `server.properties` and dynamic broker configs.
    public static KeyTable broker() {
        return Broker.TABLE;
    }

    public static KeyTable topic() {
        return Topic.TABLE;
    }

    public static KeyTable group() {
        return Group.TABLE;
    }

    public static KeyTable clientMetrics() {
        return ClientMetrics.TABLE;
    }

    /// Barnabas' own names, all of which begin with `barnabas.`
    public static KeyTable barnabas() {
        return Own.TABLE;
    }

    /// Settings of a mirror, without the prefix `barnabas.mirror.<name>.`
    public static KeyTable mirror() {
        return Mirror.TABLE;
    }

    public @Nullable ConfigKey find(String name) {
        return byName.get(name);
    }

    /// For names written in our own code.
    public ConfigKey key(String name) {
        ConfigKey key = byName.get(name);
        if (key == null) throw new IllegalStateException("bug: no configuration " + name);
        return key;
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /// Sorted by name.
    public Collection<ConfigKey> keys() {
        return byName.values();
    }

    private static KeyTable load(String resource) {
        try (InputStream in = KeyTable.class.getResourceAsStream(resource)) {
            if (in == null) throw new IllegalStateException("missing in the jar: " + resource);
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs at every start before anything else: plain scanning, no streams, no regular expressions, no lambdas.
    private static KeyTable parse(String text) {
        var keys = new LinkedHashMap<String, ConfigKey>();
        var rules = new HashMap<String, Rule>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            String line = text.substring(start, end);
            start = end + 1;
            if (line.isEmpty() || line.startsWith("#")) continue;
            List<String> column = fields(line, '\t');
            List<String> importance = fields(column.get(2), ' ');
            List<String> mode = fields(column.get(3), ' ');
            Rule rule = rules.get(column.get(4));
            if (rule == null) {
                rule = Rule.of(column.get(4));
                rules.put(column.get(4), rule);
            }
            var key = new ConfigKey(
                    column.getFirst(),
                    ConfigType.valueOf(column.get(1)),
                    Importance.valueOf(importance.getFirst().toUpperCase(Locale.ROOT)),
                    updateMode(mode.getFirst()),
                    rule,
                    column.size() > 5 ? column.get(5) : null,
                    importance.contains("internal"),
                    mode.contains("dynamic-only"));
            keys.put(key.name(), key);
        }
        return new KeyTable(keys);
    }

    private static List<String> fields(String text, char separator) {
        var fields = new ArrayList<String>(6);
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            fields.add(text.substring(start, at));
            start = at + 1;
        }
        fields.add(text.substring(start));
        return fields;
    }

    private static UpdateMode updateMode(String text) {
        return switch (text) {
            case "cluster" -> UpdateMode.CLUSTER_WIDE;
            case "broker" -> UpdateMode.PER_BROKER;
            case "-" -> UpdateMode.READ_ONLY;
            default -> throw new IllegalArgumentException("no update mode: " + text);
        };
    }
}
