package barnabas.log;

import org.jspecify.annotations.Nullable;

/// A partition by name.
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    /// Odd numbers without a pattern in their bits: names of topics mostly differ in a last digit.
    private static final int SPREAD_TOPICS = 0x85EBCA77;

    private static final int SPREAD = 0x9E3779B1;

    /// `topic-partition`: the name of the partition's directory, and how messages to users call it.
    @Override
    public String toString() {
        return topic + "-" + partition;
    }

    @Override
    public int compareTo(TopicPartition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    // As records have them, written out: a key of many maps, from the first moments of a process on.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicPartition that && partition == that.partition && topic.equals(that.topic);
    }

    /// Spread, since maps of [java.util.Map#copyOf] take the next free slot: hashes in a row, of topics that overlap,
    /// make runs of thousands of slots.
    @Override
    public int hashCode() {
        return (topic.hashCode() * SPREAD_TOPICS + partition) * SPREAD;
    }
}
