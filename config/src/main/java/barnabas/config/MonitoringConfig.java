package barnabas.config;

import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.Rule;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.List;

/// Pages of a node over HTTP, and the size of its page of metrics.
///
/// @param httpListeners addresses; none for no HTTP
/// @param httpByDefault whether the addresses are the default, which a node does without when they are taken
/// @param topicsMax topics with samples of their own
/// @param partitionsMax partitions with samples of their own
/// @param offsetsMax committed offsets with samples of their own
/// @param clientNumbersMax numbers of clients (KIP-714) with samples of their own
/// @param console pages for people on the HTTP listener
public record MonitoringConfig(
        List<HostAndPort> httpListeners,
        boolean httpByDefault,
        int topicsMax,
        int partitionsMax,
        int offsetsMax,
        int clientNumbersMax,
        ConsoleConfig console) {
    /// Name of the setting for HTTP.
    public static final String HTTP_LISTENERS = "barnabas.http.listeners";

    static MonitoringConfig of(Values values) {
        return new MonitoringConfig(
                addresses(values.list(HTTP_LISTENERS)),
                !values.isGiven(HTTP_LISTENERS),
                values.integer("barnabas.metrics.topics.max"),
                values.integer("barnabas.metrics.partitions.max"),
                values.integer("barnabas.metrics.offsets.max"),
                values.integer("barnabas.metrics.clients.max"),
                ConsoleConfig.of(values));
    }

    private static List<HostAndPort> addresses(List<String> listeners) {
        var addresses = new ArrayList<HostAndPort>(listeners.size());
        for (String each : listeners) {
            HostAndPort address = Rule.HttpListeners.address(each);
            if (address == null) throw new IllegalStateException("bug: not validated: " + each);
            addresses.add(address);
        }
        return List.copyOf(addresses);
    }
}
