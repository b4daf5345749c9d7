package barnabas.broker.metrics;

import barnabas.base.Clock;
import barnabas.log.ActiveProducer;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.time.Duration;

/// Partitions whose oldest open transaction should have ended by itself: it hangs, and consumers with read_committed
/// wait behind it (KIP-664).
///
/// @param timeoutMillisMax `transaction.max.timeout.ms`
record LateTransactions(LocalPartitions partitions, long timeoutMillisMax, Clock clock) implements MetricSource {
    /// Time for the markers of a transaction that has timed out.
    private static final Duration GRACE = Duration.ofMinutes(5);

    @Override
    public void read(Reading reading) {
        int late = 0;
        for (Partition each : partitions.all()) if (each.isLeader() && isLate(each)) late++;
        reading.add("kafka_server_replicamanager_partitionswithlatetransactionscount", late);
    }

    private boolean isLate(Partition partition) {
        if (partition.lastStableOffset() >= partition.highWatermark()) return false;
        ActiveProducer oldest = null;
        for (ActiveProducer each : partition.log().activeProducers()) {
            long first = each.currentTransactionFirstOffset();
            if (first >= 0 && (oldest == null || first < oldest.currentTransactionFirstOffset())) oldest = each;
        }
        return oldest != null && oldest.lastTimestampMillis() + timeoutMillisMax + GRACE.toMillis() < clock.millis();
    }
}
