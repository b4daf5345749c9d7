package barnabas.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Clients of one broker, as a user would write them: defaults but for what a check is about, and what the file named
/// by the environment's SECURITY_PROPERTIES says about encryption and logins.
record Clients(String bootstrap) {

    static final Duration DEADLINE = Duration.ofSeconds(30);
    /// Number of brokers, and of replicas of each topic.
    static final int NODES = Integer.parseInt(System.getenv().getOrDefault("NODES", "1"));
    private static final Properties SECURITY = load();

    Admin admin() {
        return Admin.create(settings(Map.of()));
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings(settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> settings(Map<String, Object> more) {
        var all = security();
        all.putAll(more);
        all.put("bootstrap.servers", bootstrap);
        return all;
    }

    /// Settings for encryption and logins.
    Map<String, Object> security() {
        var all = new HashMap<String, Object>();
        SECURITY.forEach((name, value) -> all.put((String) name, value));
        return all;
    }

    private static Properties load() {
        var properties = new Properties();
        String file = System.getenv("SECURITY_PROPERTIES");
        if (file == null) {
            return properties;
        }
        try (var reader = Files.newBufferedReader(Path.of(file))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /// Waits until it holds, within [#DEADLINE]; a request that fails is made again.
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) return;
            } catch (ExecutionException e) {
                last = e;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("not in time: " + what, last);
    }

    /// Creates a topic and waits until its partitions answer: Apache Kafka confirms a creation before they do, and a
    /// record sent in between is sent again, out of order, or lost with acks=0.
    void createTopic(String topic, int partitions) throws Exception {
        createTopic(topic, partitions, NODES);
    }

    void createTopic(String topic, int partitions, int replicas) throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) replicas)))
                    .all()
                    .get();
        }
        awaitRecords(topic, partitions, 0);
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
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        try (var admin = admin()) {
            long held = -1;
            while (held < records) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the topic holds only " + held + " records");
                }
                try {
                    var offsets = admin.listOffsets(latest(topic, partitions))
                            .all()
                            .get()
                            .values();
                    held = offsets.stream().mapToLong(o -> o.offset()).sum();
                } catch (ExecutionException e) {
                    // The topic is not yet known, as its creation has just been confirmed.
                    if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                        throw e;
                    }
                }
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

    private static Map<TopicPartition, OffsetSpec> latest(String topic, int partitions) {
        return partitions(topic, partitions).stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
    }
}
