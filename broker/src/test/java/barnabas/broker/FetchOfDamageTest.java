package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bytes of a segment that are no batch: a consumer that comes to them is told.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FetchOfDamageTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final int MAGIC_AT = 16;

    @TempDir
    private Path data;

    private Barnabas start() throws StartFailure {
        return Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
    }

    private static void produce(Barnabas broker, int records) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++)
                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[10]))
                        .get();
        }
    }

    private void damageTheSecondBatch() throws IOException {
        Path segment = data.resolve("t-0").resolve("00000000000000000000.log");
        byte[] content = Files.readAllBytes(segment);
        content[content.length / 3 + MAGIC_AT] = 77;
        Files.write(segment, content);
    }

    @Test
    void aConsumerFailsAtDamageAsWithKafka() throws Exception {
        try (var broker = start()) {
            produce(broker, 3);
        }
        try (var broker = start();
                var consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            damageTheSecondBatch();
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 1);
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("corrupt message when fetching offset 1 for topic-partition t-0");
        }
    }
}
