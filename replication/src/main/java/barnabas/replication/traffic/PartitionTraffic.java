package barnabas.replication.traffic;

import barnabas.log.AppendResult;
import org.jspecify.annotations.Nullable;

/// Counts the traffic of one partition in the counters of its topic, which come into being with the first of it. For
/// any thread; counting allocates nothing.
public final class PartitionTraffic {
    private final String topic;
    private volatile @Nullable TopicTraffic counters;
    /// Null while nothing is counted.
    private volatile @Nullable TopicTraffics all;

    public PartitionTraffic(String topic) {
        this.topic = topic;
    }

    /// Has traffic counted from now on.
    public void countIn(TopicTraffics traffics) {
        all = traffics;
    }

    /// Counts records that are sent to a consumer.
    public void sent(int bytes) {
        TopicTraffic counting = counters();
        if (counting != null) counting.read(bytes);
    }

    /// Counts records that are sent to a follower.
    public void sentToFollower(int bytes) {
        TopicTraffics traffics = all;
        if (traffics != null) traffics.sentToFollower(bytes);
    }

    /// Counts records that this broker appends as a follower.
    public void replicated(int bytes) {
        TopicTraffics traffics = all;
        if (traffics != null) traffics.replicated(bytes);
    }

    /// Counts a read that failed at the disk.
    public void readFailed() {
        TopicTraffic counting = counters();
        if (counting != null) counting.readFailed();
    }

    /// Counts an append of a leader.
    public void appended(int bytes, AppendResult result) {
        if (result instanceof AppendResult.Appended appended) {
            TopicTraffic counting = counters();
            if (counting != null) counting.appended(bytes, appended.lastOffset() - appended.baseOffset() + 1);
        } else if (!(result instanceof AppendResult.Duplicate
                || result instanceof AppendResult.OldDuplicate
                || result instanceof AppendResult.TakesLong)) {
            TopicTraffic counting = counters();
            if (counting != null) counting.refused(bytes);
        }
    }

    private @Nullable TopicTraffic counters() {
        TopicTraffic present = counters;
        TopicTraffics traffics = all;
        if (present != null || traffics == null) return present;
        TopicTraffic first = traffics.of(topic);
        counters = first;
        return first;
    }
}
