package barnabas.broker.metrics;

import barnabas.log.directory.LogDirectory;
import barnabas.metrics.Histogram;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import java.util.List;

/// Times of forces of segments, of all log directories. For any thread.
public final class ForceTimes implements MetricSource, LogDirectory.ForceTimes {
    private final Histogram times = new Histogram();

    public static ForceTimes of(List<LogDirectory> directories) {
        var times = new ForceTimes();
        for (LogDirectory each : directories) each.onForced(times);
        return times;
    }

    @Override
    public void took(long nanos) {
        times.record(nanos);
    }

    @Override
    public void read(Reading reading) {
        reading.add("kafka_log_logflushstats_logflushrateandtimems", times.read(reading.nanos()));
    }
}
