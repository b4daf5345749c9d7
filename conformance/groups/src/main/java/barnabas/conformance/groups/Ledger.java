package barnabas.conformance.groups;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.kafka.common.TopicPartition;

/// Times that each record was processed. Records are numbered from 0.
final class Ledger {
    static final int RECORDS_MAX = 1_000_000;

    private final AtomicIntegerArray times = new AtomicIntegerArray(RECORDS_MAX);
    private final AtomicInteger distinct = new AtomicInteger();
    private final AtomicInteger refusedCommits = new AtomicInteger();
    private final AtomicInteger lostPartitions = new AtomicInteger();

    void processed(int number) {
        if (times.getAndIncrement(number) == 0) distinct.incrementAndGet();
    }

    void refusedCommit() {
        refusedCommits.incrementAndGet();
    }

    void lost(Collection<TopicPartition> partitions) {
        lostPartitions.addAndGet(partitions.size());
    }

    int distinct() {
        return distinct.get();
    }

    int missing(int count) {
        int missing = 0;
        for (int i = 0; i < count; i++) if (times.get(i) == 0) missing++;
        return missing;
    }

    int doubled(int count) {
        int doubled = 0;
        for (int i = 0; i < count; i++) if (times.get(i) > 1) doubled++;
        return doubled;
    }

    String notes() {
        return refusedCommits + " commits refused in a rebalance, " + lostPartitions + " partitions taken away";
    }
}
