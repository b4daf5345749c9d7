package barnabas.config.keys;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The values set for one broker, by layer, as text under official names. A later layer outranks an earlier one.
///
/// @param file `server.properties` and `--set`
/// @param clusterWide the dynamic default of all brokers (resource BROKER with an empty name)
/// @param thisBroker the dynamic values of this broker
public record BrokerLayers(Map<String, String> file, Map<String, String> clusterWide, Map<String, String> thisBroker) {
    public BrokerLayers {
        file = Map.copyOf(file);
        clusterWide = Map.copyOf(clusterWide);
        thisBroker = Map.copyOf(thisBroker);
    }

    /// Current value of each name that is set in any layer.
    public Map<String, String> merged() {
        var merged = new HashMap<>(file);
        merged.putAll(clusterWide);
        merged.putAll(thisBroker);
        return merged;
    }

    /// Without secrets: what is not known to be public is hidden.
    @Override
    public String toString() {
        return "BrokerLayers[file=" + shown(file) + ", clusterWide=" + shown(clusterWide) + ", thisBroker="
                + shown(thisBroker) + "]";
    }

    private static Map<String, String> shown(Map<String, String> layer) {
        var shown = new TreeMap<>(layer);
        for (var value : shown.entrySet()) {
            ConfigKey key = OpenNames.keyFor(value.getKey());
            if (key == null || key.sensitive()) value.setValue("[hidden]");
        }
        return shown;
    }
}
