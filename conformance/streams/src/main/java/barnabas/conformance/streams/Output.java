package barnabas.conformance.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads a whole topic as a consumer that wants committed records only.
final class Output {
    private Output() {}

    /// Values by key, in the order of the topic. Returns when nothing has come for `quiet`, but not before `expected`
    /// records or `deadline` (nanoseconds) came.
    static <V> Map<String, List<V>> read(
            String bootstrap, String topic, Deserializer<V> values, int expected, Duration quiet, long deadline) {
        var found = new HashMap<String, List<V>>();
        var config = Map.<String, Object>of(
                "bootstrap.servers", bootstrap,
                "isolation.level", "read_committed",
                "enable.auto.commit", false,
                "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), values)) {
            consumer.assign(IntStream.range(0, LogLine.PARTITIONS)
                    .mapToObj(index -> new TopicPartition(topic, index))
                    .toList());
            int count = 0;
            long last = System.nanoTime();
            while (count < expected ? System.nanoTime() < deadline : System.nanoTime() < last + quiet.toNanos()) {
                for (ConsumerRecord<String, V> each : consumer.poll(Duration.ofMillis(200))) {
                    found.computeIfAbsent(each.key(), key -> new ArrayList<>()).add(each.value());
                    count++;
                    last = System.nanoTime();
                }
            }
        }
        return found;
    }
}
