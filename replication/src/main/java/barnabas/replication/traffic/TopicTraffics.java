package barnabas.replication.traffic;

import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Traffic by topic, kept from the first append or read of a topic until the topic is deleted, for a limited number of
/// topics. For any thread.
public final class TopicTraffics implements MetricSource {
    /// Topics counted by name; further ones count in the sum of all topics only.
    private static final int TOPICS_MAX = 10_000;

    private final int topicsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TopicTraffic> byTopic = new HashMap<>(); // guarded by lock
    /// Topics beyond the limit and deleted ones: the sum of all topics never goes back.
    private final TopicTraffic others = new TopicTraffic();

    private final LongAdder replicatedIn = new LongAdder();
    private final LongAdder replicatedOut = new LongAdder();

    public TopicTraffics() {
        this(TOPICS_MAX);
    }

    TopicTraffics(int topicsMax) {
        this.topicsMax = topicsMax;
    }

    void replicated(long bytes) {
        replicatedIn.add(bytes);
    }

    void sentToFollower(long bytes) {
        replicatedOut.add(bytes);
    }

    TopicTraffic of(String topic) {
        lock.lock();
        try {
            TopicTraffic known = byTopic.get(topic);
            if (known != null) return known;
            if (byTopic.size() >= topicsMax) return others;
            var made = new TopicTraffic();
            byTopic.put(topic, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    public void deleted(String topic) {
        lock.lock();
        try {
            TopicTraffic gone = byTopic.remove(topic);
            if (gone != null) others.addAll(gone);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void read(Reading reading) {
        reading.add("kafka_server_brokertopicmetrics_replicationbytesin_total", replicatedIn.sum());
        reading.add("kafka_server_brokertopicmetrics_replicationbytesout_total", replicatedOut.sum());
        lock.lock();
        try {
            var all = new TopicTraffic();
            all.addAll(others);
            for (TopicTraffic each : byTopic.values()) all.addAll(each);
            all.describe(reading, "");
            int max = reading.limits().topics();
            int left = max;
            for (Map.Entry<String, TopicTraffic> each : new TreeMap<>(byTopic).entrySet())
                if (left-- > 0) each.getValue().describe(reading, each.getKey());
            if (byTopic.size() > max) reading.leaveOut("topics", byTopic.size() - max);
        } finally {
            lock.unlock();
        }
    }
}
