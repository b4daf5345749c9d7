package barnabas.broker.metrics;

import barnabas.metrics.Histogram;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import java.util.function.LongConsumer;

/// Times of forces of segments, of all log directories. For any thread.
public final class ForceTimes implements MetricSource, LongConsumer {
    private final Histogram times = new Histogram();

    @Override
    public void accept(long nanos) {
        times.record(nanos);
    }

    @Override
    public void read(Reading reading) {
        reading.add("kafka_log_logflushstats_logflushrateandtimems", times.read(reading.nanos()));
    }
}
