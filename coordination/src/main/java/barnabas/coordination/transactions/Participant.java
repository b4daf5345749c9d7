package barnabas.coordination.transactions;

/// A partition that takes part in a transaction and has to learn how it ends.
public record Participant(String topic, int partition) implements Comparable<Participant> {
    @Override
    public int compareTo(Participant other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
