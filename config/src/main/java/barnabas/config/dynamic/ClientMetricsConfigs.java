package barnabas.config.dynamic;

import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_CONFIG;
import static barnabas.config.dynamic.ChangeResult.Reason.INVALID_REQUEST;

import barnabas.config.dynamic.ChangeResult.Refused;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Subscriptions to clients' metrics (KIP-714).
public final class ClientMetricsConfigs {
    private static final int INTERVAL_MILLIS_MIN = 100;
    private static final int INTERVAL_MILLIS_MAX = 3_600_000;
    private static final Set<String> SELECTORS = Set.of(
            "client_instance_id",
            "client_id",
            "client_software_name",
            "client_software_version",
            "client_source_address",
            "client_source_port");

    private ClientMetricsConfigs() {}

    /// One subscription.
    ///
    /// @param metrics prefixes of metric names; a single `*` or empty prefix means all
    /// @param selectors patterns by what they are matched against; a client must match all of them
    public record Subscription(int intervalMillis, List<String> metrics, Map<String, ClientPattern> selectors) {}

    /// Of valid overrides.
    public static Subscription subscription(Map<String, String> overrides) {
        var values = new Values(KeyTable.clientMetrics(), overrides);
        var selectors = new HashMap<String, ClientPattern>();
        for (String element : values.list("match")) {
            int equals = element.indexOf('=');
            // A pattern recorded before there were limits matches no client.
            if (!(ClientPattern.read(element.substring(equals + 1).trim())
                    instanceof ClientPattern.Reading.Valid(ClientPattern pattern))) {
                return new Subscription(values.integer("interval.ms"), List.of(), Map.of());
            }
            selectors.put(element.substring(0, equals).trim(), pattern);
        }
        return new Subscription(values.integer("interval.ms"), values.list("metrics"), Map.copyOf(selectors));
    }

    /// Kafka's error for values that cannot be a subscription; null if valid.
    public static @Nullable Refused problem(Map<String, String> overrides) {
        for (var override : new TreeMap<>(overrides).entrySet()) {
            ConfigKey key = KeyTable.clientMetrics().find(override.getKey());
            if (key == null)
                return new Refused(INVALID_REQUEST, "Unknown client metrics configuration: " + override.getKey());
            String problem = key.problemWith(override.getValue());
            if (problem != null) return new Refused(INVALID_CONFIG, problem);
        }
        var values = new Values(KeyTable.clientMetrics(), overrides);
        int interval = values.integer("interval.ms");
        if (interval < INTERVAL_MILLIS_MIN || interval > INTERVAL_MILLIS_MAX)
            return new Refused(
                    INVALID_REQUEST,
                    "Invalid value " + interval
                            + " for interval.ms, interval must be between 100 and 3600000 (1 hour)");
        for (String element : values.list("match"))
            if (!isSelector(element)) return new Refused(INVALID_CONFIG, "Illegal client matching pattern: " + element);
        return null;
    }

    private static boolean isSelector(String element) {
        int equals = element.indexOf('=');
        if (equals < 0 || !SELECTORS.contains(element.substring(0, equals).trim())) return false;
        return ClientPattern.read(element.substring(equals + 1).trim()) instanceof ClientPattern.Reading.Valid;
    }
}
