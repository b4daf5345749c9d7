package barnabas.log;

import org.jspecify.annotations.Nullable;

/// A partition by name.
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
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

    @Override
    public int hashCode() {
        return topic.hashCode() * 31 + partition;
    }
}
