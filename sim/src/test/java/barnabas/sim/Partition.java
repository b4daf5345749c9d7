package barnabas.sim;

/// A partition of a topic.
record Partition(String topic, int index) {
    String name() {
        return topic + "-" + index;
    }
}
