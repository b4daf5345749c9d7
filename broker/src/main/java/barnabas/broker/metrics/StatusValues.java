package barnabas.broker.metrics;

import barnabas.broker.logging.RequestLines;
import barnabas.broker.mirrors.Mirrors;
import barnabas.config.dynamic.ConfigEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values of a broker that are no settings: DescribeConfigs answers them to those who ask for them by name.
public record StatusValues(Mirrors mirrors, TrafficStatus traffic) {
    /// @param names asked for; null for all settings, these values not among them
    public List<ConfigEntry> described(@Nullable List<String> names) {
        List<ConfigEntry> found = mirrors.described(names);
        if (found.isEmpty()) found = traffic.described(names);
        return found.isEmpty() ? requests(names) : found;
    }

    private static List<ConfigEntry> requests(@Nullable List<String> names) {
        if (names == null) return List.of();
        for (String each : names) {
            if (!each.startsWith(RequestLines.NAME)) continue;
            String lines = RequestLines.ofProcess().since(each.substring(RequestLines.NAME.length()));
            if (lines != null) return List.of(ConfigEntry.status(each, lines));
        }
        return List.of();
    }
}
