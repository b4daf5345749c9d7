package barnabas.replication;

import barnabas.metrics.Metric;
import barnabas.metrics.Metric.Unit;
import barnabas.metrics.Reading;
import java.util.concurrent.atomic.LongAdder;

/// Traffic of one topic's partitions on this broker since its start. For any thread; counting allocates nothing.
public final class TopicTraffic {
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder recordsIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder appends = new LongAdder();
    private final LongAdder reads = new LongAdder();

    void appended(long bytes, long records) {
        bytesIn.add(bytes);
        recordsIn.add(records);
        appends.increment();
    }

    void read(long bytes) {
        bytesOut.add(bytes);
        reads.increment();
    }

    void addAll(TopicTraffic other) {
        bytesIn.add(other.bytesIn.sum());
        recordsIn.add(other.recordsIn.sum());
        bytesOut.add(other.bytesOut.sum());
        appends.add(other.appends.sum());
        reads.add(other.reads.sum());
    }

    /// @param prefix of the metrics' names
    /// @param labels of the topic, none for all topics together
    void describe(Reading reading, String prefix, String labelName, String... labels) {
        String[] names = labels.length == 0 ? labels : new String[] {labelName};
        reading.add(
                Metric.counter(prefix + "bytes_in", Unit.BYTES, "Bytes of appended record batches.", names),
                bytesIn.sum(),
                labels);
        reading.add(
                Metric.counter(prefix + "records_in", Unit.NONE, "Appended records.", names), recordsIn.sum(), labels);
        reading.add(
                Metric.counter(prefix + "bytes_out", Unit.BYTES, "Bytes of records sent to consumers.", names),
                bytesOut.sum(),
                labels);
        reading.add(
                Metric.counter(prefix + "appends", Unit.NONE, "Appends that were written.", names),
                appends.sum(),
                labels);
        reading.add(
                Metric.counter(prefix + "reads", Unit.NONE, "Reads that returned records.", names),
                reads.sum(),
                labels);
    }
}
