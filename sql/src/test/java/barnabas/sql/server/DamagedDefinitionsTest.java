package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Records in the topic of the definitions that are none, or no more.
@Timeout(120)
class DamagedDefinitionsTest {
    @TempDir
    Path data;

    private SqlService start(Barnabas broker) throws Exception {
        var settings = new Properties();
        settings.setProperty("ksql.streams.state.dir", data.resolve("state").toString());
        return SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings);
    }

    private static String run(SqlService service, String text) throws Exception {
        HttpResponse<String> response = SqlNode.post(service, "/ksql", "ksql", text);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static List<ConsumerRecord<byte[], byte[]>> all(Barnabas broker, String topic) {
        var partition = new TopicPartition(topic, 0);
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end)
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
        }
        return found;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isOf(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.key(), StandardCharsets.UTF_8).contains(name) && record.value() != null;
    }

    @Test
    void theServiceGoesOnAndStartsWithTheDefinitionsThatAreWhole() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("node"))) {
            try (SqlService service = start(broker)) {
                String topic = service.definitionsTopic();
                run(
                        service,
                        "CREATE STREAM whole (id INT KEY, x INT) WITH (KAFKA_TOPIC='whole', VALUE_FORMAT='JSON', PARTITIONS=1);"
                                + "CREATE STREAM torn (id INT KEY, x INT) WITH (KAFKA_TOPIC='torn', VALUE_FORMAT='JSON', PARTITIONS=1);"
                                + "CREATE STREAM changed AS SELECT id, x FROM whole;");
                try (var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
                    var damaged = new ArrayList<ProducerRecord<byte[], byte[]>>();
                    damaged.add(new ProducerRecord<>(topic, new byte[] {(byte) 0xff, 0, 1}, new byte[] {(byte) 0xfe}));
                    damaged.add(new ProducerRecord<>(topic, bytes("{\"kind\":[[[[[["), bytes("[".repeat(100_000))));
                    for (ConsumerRecord<byte[], byte[]> each : all(broker, topic)) {
                        if (isOf(each, "TORN"))
                            damaged.add(new ProducerRecord<>(
                                    topic, each.key(), Arrays.copyOf(each.value(), each.value().length / 2)));
                        if (isOf(each, "CSAS_CHANGED"))
                            damaged.add(new ProducerRecord<>(
                                    topic,
                                    each.key(),
                                    bytes(new String(each.value(), StandardCharsets.UTF_8)
                                            .replace("SELECT", "SELECT " + "(".repeat(50_000)))));
                    }
                    assertThat(damaged).hasSize(4);
                    for (ProducerRecord<byte[], byte[]> each : damaged)
                        producer.send(each).get();
                }
                // A change waits until all records in front of it were read.
                assertThat(run(
                                service,
                                "CREATE STREAM later (id INT KEY, x INT) WITH (KAFKA_TOPIC='later', VALUE_FORMAT='JSON', PARTITIONS=1);"
                                        + "SHOW STREAMS;"))
                        .contains("\"WHOLE\"", "\"LATER\"");
            }
            try (SqlService service = start(broker)) {
                assertThat(run(service, "SHOW STREAMS;")).contains("\"WHOLE\"", "\"LATER\"");
                run(service, "CREATE STREAM more AS SELECT id, x FROM whole;");
            }
        }
    }
}
