package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Time of a start when nothing is known to be on disk, by threads. Not part of the suite:
/// `-Dtest=RecoveryMeasurement -Dbarnabas.recovery.partitions=1000 -Dbarnabas.recovery.kilobytes=1000`.
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class RecoveryMeasurement {
    private static final int PARTITIONS = Integer.getInteger("barnabas.recovery.partitions", 1000);
    private static final int KILOBYTES = Integer.getInteger("barnabas.recovery.kilobytes", 1000);
    private static final int ROUNDS = 3;

    @TempDir
    Path data;

    private Barnabas broker(int threads) throws StartFailure {
        return Barnabas.start(new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "num.recovery.threads.per.data.dir",
                String.valueOf(threads))));
    }

    @Test
    void startAfterAnUncleanStop() throws Exception {
        try (var broker = broker(2)) {
            fill(broker);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int threads : new int[] {1, 2, 4}) {
                Files.delete(data.resolve(".kafka_cleanshutdown"));
                Files.delete(data.resolve("recovery-point-offset-checkpoint"));
                long start = System.nanoTime();
                try (var broker = broker(threads)) {
                    long millis = (System.nanoTime() - start) / 1_000_000;
                    assertThat(records(broker)).isEqualTo((long) PARTITIONS * KILOBYTES);
                    System.out.println(threads + " threads: " + millis + " ms");
                }
            }
        }
    }

    private static void fill(Barnabas broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            // a partition at a time, for full batches
            for (int partition = 0; partition < PARTITIONS; partition++)
                for (int i = 0; i < KILOBYTES; i++)
                    producer.send(new ProducerRecord<>("t", partition, null, new byte[1000]));
        }
    }

    private static long records(Barnabas broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var ends = IntStream.range(0, PARTITIONS)
                    .boxed()
                    .collect(Collectors.toMap(i -> new TopicPartition("t", i), _ -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(each -> each.offset())
                    .sum();
        }
    }
}
