package barnabas.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The official names of one kind of resource, read from a text table in the jar when first used.
///
/// ```
/// name  TAB  type  TAB  importance [internal]  TAB  update mode [dynamic-only]  TAB  rule  [ TAB  default ]
/// ```
/// The update mode is `cluster`, `broker` or `-` (read-only). Without the last column there is no default.
public final class KeyTable {
    /// Where the tables are: loaded one by one when first asked for.
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

    public @Nullable ConfigKey find(String name) {
        return byName.get(name);
    }

    /// For names written in our own code.
    ConfigKey key(String name) {
        return Objects.requireNonNull(byName.get(name), () -> "bug: no configuration " + name);
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

    private static KeyTable parse(String text) {
        var keys = new LinkedHashMap<String, ConfigKey>();
        var rules = new LinkedHashMap<String, Rule>();
        for (String line : text.lines().toList()) {
            if (line.isEmpty() || line.startsWith("#")) continue;
            String[] column = line.split("\t", -1);
            List<String> importance = words(column[2]);
            List<String> mode = words(column[3]);
            var key = new ConfigKey(
                    column[0],
                    ConfigType.valueOf(column[1]),
                    Importance.valueOf(importance.getFirst().toUpperCase(Locale.ROOT)),
                    updateMode(mode.getFirst()),
                    rules.computeIfAbsent(column[4], Rule::of),
                    column.length > 5 ? column[5] : null,
                    importance.contains("internal"),
                    mode.contains("dynamic-only"));
            keys.put(key.name(), key);
        }
        return new KeyTable(keys);
    }

    private static UpdateMode updateMode(String text) {
        return switch (text) {
            case "cluster" -> UpdateMode.CLUSTER_WIDE;
            case "broker" -> UpdateMode.PER_BROKER;
            case "-" -> UpdateMode.READ_ONLY;
            default -> throw new IllegalArgumentException("no update mode: " + text);
        };
    }

    private static List<String> words(String column) {
        return List.of(column.split(" "));
    }
}
