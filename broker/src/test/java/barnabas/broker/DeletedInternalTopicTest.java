package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The topics of the coordinators are deleted while the broker runs: their state is gone, the coordinators are not.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DeletedInternalTopicTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    Path data;

    private Barnabas broker;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.num.partitions", "4"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "g",
                        "default.api.timeout.ms",
                        20_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void commit(long offset) {
        try (var consumer = consumer()) {
            consumer.assign(List.of(ORDERS));
            consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(offset)));
            assertThat(consumer.committed(Set.of(ORDERS)).get(ORDERS).offset()).isEqualTo(offset);
        }
    }

    @Test
    void groupsGoOn() throws Exception {
        for (long round = 1; round <= 3; round++) {
            commit(round);
            admin.deleteTopics(List.of("__consumer_offsets")).all().get();
            try (var consumer = consumer()) {
                assertThat(consumer.committed(Set.of(ORDERS)).get(ORDERS)).isNull();
            }
        }
        commit(9);
    }

    @Test
    void transactionsGoOn() throws Exception {
        for (int round = 1; round <= 3; round++) {
            Map<String, Object> config = Map.of(
                    "bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t", "max.block.ms", 20_000);
            try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("orders", new byte[10]));
                producer.commitTransaction();
            }
            admin.deleteTopics(List.of("__transaction_state")).all().get();
        }
        assertThat(admin.listTopics().names().get()).contains("orders");
    }
}
