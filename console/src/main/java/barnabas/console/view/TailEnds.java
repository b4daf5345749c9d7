package barnabas.console.view;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Ends of the topics that live tails look at: any number of tails of a topic ask for them together.
final class TailEnds {
    private static final Duration FRESH = Duration.ofMillis(250);

    private final Cluster cluster;
    private final int topicsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept<Map<TopicPartition, Long>>> kept; // guarded by lock

    TailEnds(Cluster cluster, int topicsMax) {
        this.cluster = cluster;
        this.topicsMax = topicsMax;
        this.kept = new LinkedHashMap<>(16, 0.75f, true);
    }

    Map<TopicPartition, Long> of(String topic, Collection<TopicPartition> partitions) throws ClientException {
        return entry(topic).value(() -> {
            var ends = new TreeMap<TopicPartition, Long>();
            Offsets.list(cluster, partitions, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED)
                    .forEach((partition, found) -> ends.put(partition, found.offset()));
            return ends;
        });
    }

    private Kept<Map<TopicPartition, Long>> entry(String topic) {
        lock.lock();
        try {
            Kept<Map<TopicPartition, Long>> present = kept.get(topic);
            if (present != null) return present;
            if (kept.size() >= topicsMax) kept.remove(kept.keySet().iterator().next());
            Kept<Map<TopicPartition, Long>> made = new Kept<>(cluster.options().clock(), FRESH, null);
            kept.put(topic, made);
            return made;
        } finally {
            lock.unlock();
        }
    }
}
