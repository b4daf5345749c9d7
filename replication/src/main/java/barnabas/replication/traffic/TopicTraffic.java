package barnabas.replication.traffic;

import barnabas.metrics.Reading;
import java.util.concurrent.atomic.LongAdder;

/// Traffic of one topic's partitions on this broker since its start. For any thread; counting allocates nothing.
final class TopicTraffic {
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder recordsIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder appends = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder bytesRefused = new LongAdder();
    private final LongAdder failedAppends = new LongAdder();
    private final LongAdder failedReads = new LongAdder();

    void appended(long bytes, long records) {
        bytesIn.add(bytes);
        recordsIn.add(records);
        appends.increment();
    }

    /// An append that wrote nothing, in itself or because of the disk.
    void refused(long bytes) {
        bytesRefused.add(bytes);
        appends.increment();
        failedAppends.increment();
    }

    void readFailed() {
        reads.increment();
        failedReads.increment();
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
        bytesRefused.add(other.bytesRefused.sum());
        failedAppends.add(other.failedAppends.sum());
        failedReads.add(other.failedReads.sum());
    }

    /// @param topic empty for all topics together
    void describe(Reading reading, String topic) {
        reading.add("kafka_server_brokertopicmetrics_messagesin_total", recordsIn.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_bytesin_total", bytesIn.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_bytesout_total", bytesOut.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_bytesrejected_total", bytesRefused.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_totalproducerequests_total", appends.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_failedproducerequests_total", failedAppends.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_totalfetchrequests_total", reads.sum(), topic);
        reading.add("kafka_server_brokertopicmetrics_failedfetchrequests_total", failedReads.sum(), topic);
    }
}
