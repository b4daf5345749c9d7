package barnabas.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Clients of one broker, as a user would write them: defaults but for what a check is about.
record Clients(String bootstrap) {

    static final Duration DEADLINE = Duration.ofSeconds(30);

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put("bootstrap.servers", bootstrap);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Sends all and waits until every one is acknowledged.
    void produce(Map<String, Object> settings, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (var producer = producer(settings)) {
            var acknowledgements = records.stream().map(producer::send).toList();
            producer.flush();
            for (var acknowledgement : acknowledgements) {
                acknowledgement.get();
            }
        }
    }

    /// Waits until the topic holds as many records: with acks=0 the producer is done before the broker is.
    void awaitRecords(String topic, int partitions, long records) throws Exception {
        var latest = partitions(topic, partitions).stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        try (var admin = admin()) {
            long held = -1;
            while (held < records) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the topic holds only " + held + " records");
                }
                held = admin.listOffsets(latest).all().get().values().stream().mapToLong(o -> o.offset()).sum();
            }
        }
    }

    /// All that the topic's partitions hold, from their beginnings to the ends they have now.
    List<ConsumerRecord<byte[], byte[]>> readAll(String topic, int partitions, Map<String, Object> settings) {
        try (var consumer = consumer(settings)) {
            var all = partitions(topic, partitions);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            return readToEnd(consumer, all);
        }
    }

    /// Polls until the consumer stands at the end that each partition has now, so that a record too many shows as well.
    static List<ConsumerRecord<byte[], byte[]>> readToEnd(
            KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var ends = consumer.endOffsets(partitions);
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("read only " + records.size() + " records, the ends are " + ends);
            }
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).toList();
    }
}
