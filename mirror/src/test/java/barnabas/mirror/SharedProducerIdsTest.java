package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.mirror.TwoClusters.Side;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Producers that both clusters gave the same id, because both began with 0.
class SharedProducerIdsTest {
    @TempDir
    private Path directory;

    private static void create(Side side, String topic) throws Exception {
        side.admin
                .createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
        return new ProducerRecord<>(topic, 0, 1_000L, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static long producerId(Side side, String topic) throws Exception {
        var partition = new TopicPartition(topic, 0);
        return side.admin
                .describeProducers(List.of(partition))
                .partitionResult(partition)
                .get()
                .activeProducers()
                .getFirst()
                .producerId();
    }

    /// Clients of both give their records the same time and length. A producer of this cluster
    /// that got its id before the promotion, or from a broker that has not seen it yet, loses nothing.
    @Test
    void recordsOfAProducerWithTheIdOfACopiedOneAreAppended() throws Exception {
        try (var clusters = new TwoClusters(directory);
                KafkaProducer<byte[], byte[]> there = clusters.source.producer(Map.of());
                KafkaProducer<byte[], byte[]> here = clusters.target.producer(Map.of())) {
            create(clusters.source, "orders");
            for (int each = 0; each < 3; each++)
                there.send(record("orders", "from-" + each)).get();
            create(clusters.target, "own");
            here.send(record("own", "first")).get();
            assertThat(producerId(clusters.target, "own")).isEqualTo(producerId(clusters.source, "orders"));
            clusters.target.mirrors().set("m", Map.of("source", clusters.source.address(), "topics", "orders"));
            TwoClusters.await("copy", () -> {
                try {
                    return clusters.target.stored("orders", 0).length > 0
                            && clusters.target.stored("orders", 0).length == clusters.source.stored("orders", 0).length;
                } catch (Exception e) {
                    return false;
                }
            });
            clusters.target.mirrors().promote("orders");
            TwoClusters.await("promotion", () -> {
                try {
                    return clusters.target.mirrors().topics("m").isEmpty();
                } catch (Exception e) {
                    return false;
                }
            });
            for (int each = 0; each < 8; each++)
                assertThat(here.send(record("orders", "here-" + each)).get().offset())
                        .isEqualTo(3 + each);
        }
    }
}
