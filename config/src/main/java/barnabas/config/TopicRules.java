package barnabas.config;

import static barnabas.config.keys.ConfigKey.invalid;

import barnabas.config.keys.Values;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules between the settings of a topic, with Kafka's messages.
final class TopicRules {
    private final Values values;
    private final TopicConfig topic;

    private TopicRules(Values values) {
        this.values = values;
        this.topic = TopicConfig.of(values);
    }

    /// The first rule broken, null when none is.
    ///
    /// @param values what the topic would have
    /// @param existing the overrides it has now, empty for a new topic
    /// @param tieredStorage whether the broker has tiered storage switched on
    static @Nullable String problem(Values values, Map<String, String> existing, boolean tieredStorage) {
        var rules = new TopicRules(values);
        String problem = rules.compactionLag();
        if (problem != null) return problem;
        boolean wasTiered = Boolean.parseBoolean(
                existing.getOrDefault("remote.storage.enable", "false").trim());
        if (rules.topic.remoteStorage().enabled()) return rules.tiered(tieredStorage);
        return wasTiered && tieredStorage && !rules.topic.remoteStorage().deleteOnDisable()
                ? "It is invalid to disable remote storage without deleting remote data. If you want to keep the remote "
                        + "data and turn to read only, please set `remote.storage.enable=true,"
                        + "remote.log.copy.disable=true`. If you want to disable remote storage and delete all remote "
                        + "data, please set `remote.storage.enable=false,remote.log.delete.on.disable=true`."
                : null;
    }

    private @Nullable String compactionLag() {
        long min = topic.compaction().lagMillisMin();
        long max = topic.compaction().lagMillisMax();
        return min <= max
                ? null
                : "conflict topic config setting min.compaction.lag.ms (" + min + ") > max.compaction.lag.ms (" + max
                        + ")";
    }

    private @Nullable String tiered(boolean tieredStorage) {
        if (!tieredStorage)
            return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log "
                    + "storage.";
        if (!Set.of(TopicConfig.CleanupPolicy.DELETE).containsAll(topic.cleanup()))
            return "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty "
                    + "list.";
        if (topic.remoteStorage().copyDisabled()) return copyDisabled();
        for (String unit : List.of("ms", "bytes")) {
            String problem = localRetention("local.retention." + unit, "retention." + unit);
            if (problem == null)
                problem = copyLag("remote.copy.lag." + unit, "local.retention." + unit, "retention." + unit);
            if (problem != null) return problem;
        }
        return null;
    }

    private @Nullable String localRetention(String localName, String name) {
        long local = values.number(localName);
        long all = values.number(name);
        if (local == -2 || all == -1) return null;
        if (local == -1)
            return invalid(localName, local, "Value must not be -1 as " + name + " value is set as " + all + ".");
        return local <= all
                ? null
                : invalid(localName, local, "Value must not be more than " + name + " property value: " + all);
    }

    private @Nullable String copyLag(String lagName, String localName, String name) {
        long lag = values.number(lagName);
        long local = values.number(localName);
        long effective = local == -2 ? values.number(name) : local;
        return lag <= 0 || effective < 0 || lag <= effective
                ? null
                : invalid(lagName, lag, "Value must not exceed " + localName + " (effective value: " + effective + ")");
    }

    private @Nullable String copyDisabled() {
        for (String unit : List.of("ms", "bytes")) {
            long local = values.number("local.retention." + unit);
            if (local != -2 && local != values.number("retention." + unit))
                return "When `remote.log.copy.disable` is set to true, the `local.retention." + unit
                        + "` and `retention."
                        + unit
                        + "` must be set to the identical value because there will be no more logs copied to the "
                        + "remote storage.";
        }
        return null;
    }
}
