package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A partition that has lost a file keeps retention from no other one.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DamagedPartitionUpkeepTest {
    private static final int PARTITIONS = 6;
    private static final int DAMAGED = 2;
    private static final int RECORD_BYTES = 600_000;

    @TempDir
    Path data;

    private Barnabas start() throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "log.retention.check.interval.ms",
                "100"));
    }

    private static Admin admin(Barnabas broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /// Each record fills a segment.
    private static void produce(Barnabas broker, int partition, int records) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++)
                producer.send(new ProducerRecord<>("t", partition, null, new byte[RECORD_BYTES]))
                        .get();
        }
    }

    private static long start(Admin admin, int partition) throws Exception {
        var name = new TopicPartition("t", partition);
        return admin.listOffsets(Map.of(name, OffsetSpec.earliest()))
                .partitionResult(name)
                .get()
                .offset();
    }

    private static void awaitStart(Admin admin, int partition, long least) throws Exception {
        long start = start(admin, partition);
        while (start < least) start = start(admin, partition);
    }

    @Test
    void retentionGoesOnBesideIt() throws Exception {
        try (var broker = start();
                var admin = admin(broker)) {
            var configs = new HashMap<>(Map.of("segment.bytes", "1048576", "retention.ms", "-1"));
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1).configs(configs)))
                    .all()
                    .get();
            for (int i = 0; i < PARTITIONS; i++) produce(broker, i, 3);
        }
        try (var broker = start();
                var admin = admin(broker)) {
            Files.delete(data.resolve("t-" + DAMAGED).resolve("00000000000000000000.log"));
            var shorter = new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, "t"), List.of(shorter)))
                    .all()
                    .get();
            for (int i = 0; i < PARTITIONS; i++) if (i != DAMAGED) awaitStart(admin, i, 2);
            // a whole round later
            produce(broker, 0, 2);
            awaitStart(admin, 0, 4);
            produce(broker, PARTITIONS - 1, 2);
            awaitStart(admin, PARTITIONS - 1, 4);
            assertThat(start(admin, DAMAGED)).as("its retention fails").isZero();
        }
    }
}
