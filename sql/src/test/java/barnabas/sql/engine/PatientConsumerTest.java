package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.server.SqlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PatientConsumerTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final int SHORT_POLLS = 5;
    private static final TopicPartition PARTITION = new TopicPartition("quiet", 0);

    @TempDir
    static Path data;

    @Test
    void pollsOfQuietTopicsEndWithARecordOrACall() throws Exception {
        try (Barnabas broker = SqlNode.start(data);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var consumer =
                        new PatientConsumer(Map.of("bootstrap.servers", broker.bootstrapServers()), SHORT_POLLS);
                var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            for (int quiet = 0; quiet < SHORT_POLLS; quiet++)
                assertThat(consumer.poll(SHORT)).isEmpty();
            CompletableFuture<ConsumerRecords<byte[], byte[]>> long1 =
                    CompletableFuture.supplyAsync(() -> consumer.poll(SHORT));
            producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[1])).get();
            assertThat(long1.get()).hasSize(1);

            for (int quiet = 0; quiet < SHORT_POLLS; quiet++)
                assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            consumer.attend();
            long begin = System.nanoTime();
            assertThat(consumer.poll(SHORT)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void pollsAreShortUntilRecordsAreCommitted() {
        assertThat(QueryClients.shortPolls(settings("100", "100"))).isEqualTo(20);
        assertThat(QueryClients.shortPolls(settings("30000", "100"))).isEqualTo(600);
        assertThat(QueryClients.shortPolls(settings("30000", "0"))).isEqualTo(60_000);
    }

    private static StreamsConfig settings(String commitMs, String pollMs) {
        return new StreamsConfig(Map.of(
                "application.id", "a", "bootstrap.servers", "b:1", "commit.interval.ms", commitMs, "poll.ms", pollMs));
    }
}
