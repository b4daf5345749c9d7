package barnabas.broker.metrics;

import barnabas.broker.mirrors.Mirrors;
import barnabas.config.dynamic.ConfigEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values of a broker that are no settings: DescribeConfigs answers them to those who ask for them by name.
public record StatusValues(Mirrors mirrors, TrafficStatus traffic) {
    /// @param names asked for; null for all settings, these values not among them
    public List<ConfigEntry> described(@Nullable List<String> names) {
        List<ConfigEntry> found = mirrors.described(names);
        return found.isEmpty() ? traffic.described(names) : found;
    }
}
