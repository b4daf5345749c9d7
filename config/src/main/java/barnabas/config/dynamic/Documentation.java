package barnabas.config.dynamic;

import barnabas.config.keys.KeysWithEffect;
import barnabas.config.keys.OpenNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Purpose of each configuration, in our own words, for DescribeConfigs (KIP-569).
///
/// The texts lie in the jar beside the tables of names and are read when first asked for, never at start:
/// ```
/// name  TAB  text
/// ```
public final class Documentation {
    private static final String WITHOUT_EFFECT = " Accepted, without effect in Barnabas.";

    private static final class Broker {
        static final Map<String, String> TEXTS = load("broker.docs");
    }

    private static final class Own {
        static final Map<String, String> TEXTS = load("barnabas.docs");
    }

    private static final class Topic {
        static final Map<String, String> TEXTS = load("topic.docs");
    }

    private static final class Group {
        static final Map<String, String> TEXTS = load("group.docs");
    }

    private static final class ClientMetrics {
        static final Map<String, String> TEXTS = load("client-metrics.docs");
    }

    private Documentation() {}

    /// The text about a configuration of that kind of resource; null for a name that is not official, a listener's own
    /// settings among them, and for loggers.
    public static @Nullable String of(ConfigResource.Type type, String name) {
        return switch (type) {
            case TOPIC -> Topic.TEXTS.get(name);
            case BROKER -> broker(name);
            case BROKER_LOGGER -> null;
            case CLIENT_METRICS -> ClientMetrics.TEXTS.get(name);
            case GROUP -> Group.TEXTS.get(name);
        };
    }

    private static @Nullable String broker(String name) {
        if (OpenNames.isOwn(name)) return Own.TEXTS.get(name);
        String text = Broker.TEXTS.get(name);
        return text == null || KeysWithEffect.contains(name) ? text : text + WITHOUT_EFFECT;
    }

    /// @param resource beside this class
    static Map<String, String> load(String resource) {
        var texts = new LinkedHashMap<String, String>();
        try (InputStream in = Documentation.class.getResourceAsStream(resource)) {
            if (in == null) throw new IllegalStateException("missing in the jar: " + resource);
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.isEmpty() || line.startsWith("#")) continue;
                int tab = line.indexOf('\t');
                if (texts.put(line.substring(0, tab), line.substring(tab + 1)) != null)
                    throw new IllegalStateException("twice in " + resource + ": " + line.substring(0, tab));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
