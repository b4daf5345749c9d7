package barnabas.broker.telemetry;

import barnabas.config.dynamic.ClientMetricsConfigs.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// Union of all subscriptions that match one client.
///
/// @param metrics prefixes of metric names, or the one element `*` for all; empty for none
record ClientSubscription(int id, int intervalMillis, List<String> metrics) {
    private static final int INTERVAL_MILLIS_DEFAULT = 300_000;
    private static final String ALL = "*";

    static ClientSubscription of(TelemetryClient client, Collection<Subscription> subscriptions) {
        var prefixes = new TreeSet<String>();
        int interval = INTERVAL_MILLIS_DEFAULT;
        for (Subscription each : subscriptions) {
            if (!matches(each, client)) continue;
            prefixes.addAll(each.metrics());
            interval = Math.min(interval, each.intervalMillis());
        }
        List<String> metrics = prefixes.contains(ALL) ? List.of(ALL) : List.copyOf(prefixes);
        return new ClientSubscription(checksum(client, interval, metrics), interval, metrics);
    }

    private static boolean matches(Subscription subscription, TelemetryClient client) {
        var attributes = client.selectable();
        return subscription.selectors().entrySet().stream()
                .allMatch(selector -> selector.getValue().matches(attributes.getOrDefault(selector.getKey(), "")));
    }

    /// Another number whenever anything that the client acts on is another.
    private static int checksum(TelemetryClient client, int interval, List<String> metrics) {
        var checksum = new CRC32C();
        checksum.update((String.join("\n", metrics) + "\n" + interval).getBytes(StandardCharsets.UTF_8));
        return (int) checksum.getValue() ^ client.id().hashCode();
    }
}
