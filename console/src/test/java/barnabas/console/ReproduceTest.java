package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.console.ConsoleNode.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Records that are produced again: what is not changed of them is written byte for byte.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReproduceTest {
    /// As a serializer with a schema registry writes it.
    private static final byte[] WITH_SCHEMA = {0, 0, 0, 0, 7, 10, (byte) 0xff, 11};

    @TempDir
    private static Path data;

    private static ConsoleNode node;

    @BeforeAll
    static void start() throws Exception {
        node = ConsoleNode.start(data);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static void send(String topic, boolean transactional, byte[] key, byte[] value) {
        Map<String, Object> settings = transactional
                ? Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", topic)
                : Map.of("bootstrap.servers", node.bootstrap());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactional) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            var record = new ProducerRecord<>(topic, 0, key, value);
            record.headers().add("trace", new byte[] {1, (byte) 0xfe}).add("trace", null);
            producer.send(record);
            if (transactional) producer.commitTransaction();
            else producer.flush();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap());
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (records.size() < count) consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
        }
        return records;
    }

    private static Answer again(String topic, String body) throws Exception {
        return node.post("/topics/" + topic + "/records", body);
    }

    @Test
    void unchangedPartsAreCopiedByteForByte() throws Exception {
        node.post("/topics", "{\"name\":\"copied\",\"partitions\":1}");
        byte[] key = {0, (byte) 0x80, 3};
        send("copied", false, key, WITH_SCHEMA);
        Answer whole = again("copied", "{\"copyOf\":\"0/0\"}");
        assertThat(whole.body().at("/offset").asLong())
                .as(whole.body().toString())
                .isEqualTo(1);
        assertThat(again("copied", "{\"copyOf\":\"0/0\",\"key\":\"k\",\"headers\":{}}")
                        .status())
                .isEqualTo(200);
        assertThat(again("copied", "{\"copyOf\":\"0/0\",\"value\":null}").status())
                .isEqualTo(200);

        List<ConsumerRecord<byte[], byte[]>> records = read("copied", 4);
        ConsumerRecord<byte[], byte[]> copy = records.get(1);
        assertThat(copy.key()).containsExactly(key);
        assertThat(copy.value()).containsExactly(WITH_SCHEMA);
        assertThat(copy.headers().toArray()).extracting(Header::key).containsExactly("trace", "trace");
        assertThat(copy.headers().toArray()[0].value()).containsExactly(1, 0xfe);
        assertThat(copy.headers().toArray()[1].value()).isNull();
        assertThat(records.get(2).key()).containsExactly('k');
        assertThat(records.get(2).value()).containsExactly(WITH_SCHEMA);
        assertThat(records.get(2).headers().toArray()).isEmpty();
        assertThat(records.get(3).key()).containsExactly(key);
        assertThat(records.get(3).value()).isNull();
    }

    @Test
    void onlyRecordsAreCopied() throws Exception {
        node.post("/topics", "{\"name\":\"ended\",\"partitions\":1}");
        send("ended", true, null, new byte[] {1});
        Answer marker = again("ended", "{\"copyOf\":\"0/1\"}");
        assertThat(marker.status()).isEqualTo(400);
        assertThat(marker.message()).contains("commit marker");
        assertThat(again("ended", "{\"copyOf\":\"0/9\"}").status()).isEqualTo(404);
        assertThat(again("ended", "{\"copyOf\":\"1/0\"}").status()).isEqualTo(404);
        for (String wrong : List.of("0", "0/", "-1/0", "0/99999999999999999999", "a/b"))
            assertThat(again("ended", "{\"copyOf\":\"" + wrong + "\"}").status())
                    .as(wrong)
                    .isEqualTo(400);
    }
}
