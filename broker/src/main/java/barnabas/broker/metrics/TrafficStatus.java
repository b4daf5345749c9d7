package barnabas.broker.metrics;

import barnabas.config.dynamic.ConfigEntry;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import barnabas.replication.LocalPartitions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counters of this broker's traffic as a value of DescribeConfigs, for those who ask for it by name: other nodes show
/// the rates of the whole cluster with it.
///
/// ```
/// messagesin=12 bytesin=3400 bytesout=0 totalproducerequests=3 totalfetchrequests=0
/// ```
public record TrafficStatus(LocalPartitions partitions) {
    public static final String NAME = "barnabas.status.traffic";

    /// Endings of the counters' names in the metrics, in this order.
    public static final List<String> COUNTERS =
            List.of("messagesin", "bytesin", "bytesout", "totalproducerequests", "totalfetchrequests");

    private static final String PREFIX = "kafka_server_brokertopicmetrics_";

    /// @param names asked for; null for all settings, this value not among them
    public List<ConfigEntry> described(@Nullable List<String> names) {
        if (names == null || !names.contains(NAME)) return List.of();
        return List.of(ConfigEntry.status(NAME, text()));
    }

    private String text() {
        var reading = new Reading(0, SeriesLimits.NONE);
        partitions.traffics().read(reading);
        var text = new StringBuilder();
        for (String each : COUNTERS) {
            if (!text.isEmpty()) text.append(' ');
            text.append(each).append('=').append(total(reading, each));
        }
        return text.toString();
    }

    /// Of all topics of a broker.
    public static long total(Reading reading, String counter) {
        return (long) reading.number(PREFIX + counter + "_total", "");
    }
}
