package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics that a mirror has claimed and does not fill yet: they may stay topics of this cluster.
class ClaimedTopicTest {
    private static final String MIRROR = "barnabas.mirror";
    private static final String STATE = "barnabas.mirror.state";
    private static final String TOPIC = "pay";

    @TempDir
    private Path directory;

    private static void alter(TwoClusters.Side side, AlterConfigOp... changes) throws Exception {
        side.admin
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, TOPIC), List.of(changes)))
                .all()
                .get();
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    private static AlterConfigOp delete(String name) {
        return new AlterConfigOp(new ConfigEntry(name, ""), OpType.DELETE);
    }

    private static void create(TwoClusters.Side side) throws Exception {
        side.admin
                .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>(TOPIC, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static long committedEnd(TwoClusters.Side side) {
        try {
            var asked = new TopicPartition(TOPIC, 0);
            return side.admin
                    .listOffsets(
                            Map.of(asked, OffsetSpec.latest()),
                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(1000))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            return -1;
        }
    }

    /// Else the coordinator takes the transaction for ended, and consumers wait for its end for ever.
    @Test
    void transactionEndsInATopicThatIsGivenBack() throws Exception {
        try (var clusters = new TwoClusters(directory);
                KafkaProducer<byte[], byte[]> open = clusters.source.producer(Map.of("transactional.id", "t"));
                KafkaProducer<byte[], byte[]> waiting = clusters.source.producer(Map.of())) {
            create(clusters.source);
            open.initTransactions();
            open.beginTransaction();
            open.send(record("open")).get();
            alter(clusters.source, set(MIRROR, "m"), set(STATE, "claiming"));
            var sent = waiting.send(record("waits"));
            open.commitTransaction();
            TwoClusters.await("marker", () -> committedEnd(clusters.source) == 2);
            assertThat(sent.isDone()).isFalse();
            alter(clusters.source, delete(MIRROR), delete(STATE));
            assertThat(sent.get().offset()).isEqualTo(2);
            TwoClusters.await("both", () -> committedEnd(clusters.source) == 3);
        }
    }
}
