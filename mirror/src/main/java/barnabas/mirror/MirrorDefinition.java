package barnabas.mirror;

import barnabas.client.Address;
import barnabas.config.dynamic.ClientPattern;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.ServerProperties;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A mirror as the cluster's configuration defines it, in settings `barnabas.mirror.<name>.<setting>`.
///
/// @param source brokers of the other cluster to begin with
/// @param topics whole names that match are copied
/// @param groups groups whose offsets are copied; null for none
/// @param security client settings (`security.protocol` and the like)
/// @param adopts takes over topics of this cluster that share a history with the source's
/// @param copiesAcls ACLs of its topics follow the source's
record MirrorDefinition(
        String name,
        List<Address> source,
        ClientPattern topics,
        @Nullable ClientPattern groups,
        Map<String, String> security,
        boolean paused,
        boolean adopts,
        boolean copiesAcls) {

    /// Definitions that can be used, and the reasons why others cannot, both by name.
    record All(SortedMap<String, MirrorDefinition> usable, SortedMap<String, String> problems) {}

    /// Reads the cluster-wide broker settings.
    static All of(Map<String, String> configs) {
        var byName = new TreeMap<String, Map<String, String>>();
        configs.forEach((key, value) -> {
            if (!key.startsWith(OpenNames.MIRROR)) return;
            int dot = key.lastIndexOf('.');
            if (dot <= OpenNames.MIRROR.length()) return;
            byName.computeIfAbsent(key.substring(OpenNames.MIRROR.length(), dot), _ -> new HashMap<>())
                    .put(key.substring(dot + 1), value);
        });
        var usable = new TreeMap<String, MirrorDefinition>();
        var problems = new TreeMap<String, String>();
        byName.forEach((name, settings) -> {
            try {
                usable.put(name, of(name, settings));
            } catch (IllegalArgumentException | IOException e) {
                problems.put(name, String.valueOf(e.getMessage()));
            }
        });
        return new All(usable, problems);
    }

    private static MirrorDefinition of(String name, Map<String, String> settings) throws IOException {
        String groups = settings.getOrDefault("groups", "");
        String topics = settings.getOrDefault("topics", "");
        if (topics.isBlank()) throw new IllegalArgumentException("no topics are named");
        return new MirrorDefinition(
                name,
                Address.parseList(settings.getOrDefault("source", "")),
                pattern("topics", topics),
                groups.isBlank() ? null : pattern("groups", groups),
                Map.copyOf(ServerProperties.read(new StringReader(settings.getOrDefault("security", "")))),
                settings.getOrDefault("state", "active").equals("paused"),
                settings.getOrDefault("existing", "refused").equals("adopted"),
                settings.getOrDefault("acls", "ignored").equals("copied"));
    }

    private static ClientPattern pattern(String setting, String expression) {
        return switch (ClientPattern.read(expression)) {
            case ClientPattern.Reading.Valid(ClientPattern pattern) -> pattern;
            case ClientPattern.Reading.Invalid(String reason) ->
                throw new IllegalArgumentException(setting + " is no regular expression: " + reason);
        };
    }

    /// Topics that a cluster keeps for itself are not copied.
    boolean copies(String topic) {
        return !topic.startsWith("__") && topics.matches(topic);
    }

    boolean copiesGroup(String group) {
        return groups != null && groups.matches(group);
    }

    /// True when another client is needed for the source.
    boolean connectsAs(MirrorDefinition other) {
        return source.equals(other.source) && security.equals(other.security);
    }
}
