package barnabas.config.dynamic;

import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.Values;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Limits that Kafka has on values changed while a broker runs, beyond those on values at start. The sentences are
/// Kafka's.
final class DynamicLimits {
    private static final String MAX_CONNECTIONS = "max.connections";

    private DynamicLimits() {}

    /// Null when a broker that `was` configured so may become so.
    static @Nullable String problem(Values was, Values becomes, BrokerLayers after) {
        String problem = connections(after);
        if (problem == null) problem = cleanerThreads(was, becomes);
        if (problem == null) problem = localRetention(becomes, "ms");
        if (problem == null) problem = localRetention(becomes, "bytes");
        return problem;
    }

    private static @Nullable String connections(BrokerLayers after) {
        for (var layer : List.of(after.clusterWide(), after.thisBroker())) {
            for (var setting : layer.entrySet()) {
                String base = OpenNames.withoutListener(setting.getKey());
                boolean limit = (base == null ? setting.getKey() : base).equals(MAX_CONNECTIONS);
                if (limit && setting.getValue().trim().equals("0")) return invalid("Invalid max.connections 0");
            }
        }
        return null;
    }

    private static @Nullable String cleanerThreads(Values was, Values becomes) {
        int before = was.integer("log.cleaner.threads");
        int threads = becomes.integer("log.cleaner.threads");
        if (threads == before) return null;
        if (threads < 1) return invalid("Log cleaner threads should be at least 1");
        if (threads < before / 2)
            return invalid("Log cleaner threads cannot be reduced to less than half the current value " + before);
        if (threads > before * 2L)
            return invalid("Log cleaner threads cannot be increased to more than double the current value " + before);
        return null;
    }

    /// Local retention is at most the whole retention; -2 means equal to it.
    private static @Nullable String localRetention(Values becomes, String unit) {
        String name = "log.local.retention." + unit;
        long local = becomes.number(name);
        String inherited = becomes.inherited("retention." + unit);
        if (local == -2 || inherited == null) return null;
        long all = Long.parseLong(inherited);
        if (all == -1 || (local >= 0 && local <= all)) return null;
        return invalid(ConfigKey.invalid(
                name,
                local,
                local == -1
                        ? "Value must not be -1 as log.retention." + unit + " value is set as " + all + "."
                        : "Value must not be more than log.retention." + unit + " property value: " + all));
    }

    private static String invalid(String reason) {
        return "Invalid value org.apache.kafka.common.config.ConfigException: " + reason
                + " for configuration Invalid dynamic configuration";
    }
}
