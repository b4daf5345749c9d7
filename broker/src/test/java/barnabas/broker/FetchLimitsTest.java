package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FetchLimitsTest {
    private static final int PARTITIONS = 40;
    private static final int RECORDS_EACH = 20;

    @TempDir
    Path data;

    /// A response holds a few batches only, so that most partitions are looked at with no room left, again and again.
    @Test
    void partitionsBeyondTheLimitComeWithALaterFetch() throws Exception {
        try (var broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()))) {
            Map<String, Object> address = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(address)) {
                admin.createTopics(List.of(new NewTopic("wide", PARTITIONS, (short) 1)))
                        .all()
                        .get();
            }
            Map<String, Object> small = Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "auto.offset.reset",
                    "earliest",
                    "fetch.max.bytes",
                    500,
                    "max.partition.fetch.bytes",
                    100);
            try (var consumer = new KafkaConsumer<>(small, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                    var producer = new KafkaProducer<>(address, new ByteArraySerializer(), new ByteArraySerializer())) {
                var partitions = IntStream.range(0, PARTITIONS)
                        .mapToObj(index -> new TopicPartition("wide", index))
                        .toList();
                consumer.assign(partitions);
                // The session opens and waits at the end of every partition: from then on it knows when to look.
                consumer.poll(Duration.ofSeconds(1));
                for (int i = 0; i < PARTITIONS * RECORDS_EACH; i++) {
                    producer.send(new ProducerRecord<>("wide", i % PARTITIONS, null, new byte[50]));
                }
                producer.flush();
                var consumed = new ArrayList<TopicPartition>();
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (consumed.size() < PARTITIONS * RECORDS_EACH && System.nanoTime() < deadline) {
                    consumer.poll(Duration.ofMillis(200))
                            .forEach(record -> consumed.add(new TopicPartition(record.topic(), record.partition())));
                }
                assertThat(consumed).hasSize(PARTITIONS * RECORDS_EACH);
            }
        }
    }
}
