package barnabas.broker.follow;

import barnabas.metrics.Reading;
import barnabas.replication.IsrProposal;
import java.util.concurrent.atomic.LongAdder;

/// Counts changes of in-sync replicas that this broker asked the controller for. For any thread.
final class IsrCounts {
    private final LongAdder expansions = new LongAdder();
    private final LongAdder shrinks = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /// Counts an answer; before the partition has it.
    void answered(IsrProposal proposal, boolean isAccepted) {
        if (!isAccepted) {
            failures.increment();
            return;
        }
        int before = proposal.partition().state().inSyncReplicas().size();
        int after = proposal.change().isr().size();
        if (after > before) expansions.increment();
        if (after < before) shrinks.increment();
    }

    void read(Reading reading) {
        reading.add("kafka_server_replicamanager_isrexpands_total", expansions.sum());
        reading.add("kafka_server_replicamanager_isrshrinks_total", shrinks.sum());
        reading.add("kafka_server_replicamanager_failedisrupdates_total", failures.sum());
    }
}
