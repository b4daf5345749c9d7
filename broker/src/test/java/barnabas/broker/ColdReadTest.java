package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Failure;
import barnabas.base.FileDisk;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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

/// A consumer that reads old records waits for the disk; other clients on its event loop, the only one, do not.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ColdReadTest {
    private static final TopicPartition OLD = new TopicPartition("old", 0);
    private static final TopicPartition NEW = new TopicPartition("new", 0);
    private static final int OLD_RECORDS = 3_000;

    @TempDir
    Path data;

    /// The first segment of the old topic.
    private final GatedDisk disk = new GatedDisk(
            new FileDisk(), file -> file.getParent().endsWith("old-0") && file.endsWith("00000000000000000000.log"));

    private Node broker;

    @BeforeEach
    void start() throws Exception {
        var settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "num.network.threads", "1",
                "offsets.topic.num.partitions", "1");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var warnings))) {
            throw new IllegalArgumentException("settings");
        }
        broker = Node.start(config, World.real(disk, Failure.UNCAUGHT));
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
                var producer = producer()) {
            var small = Map.of("segment.bytes", Integer.toString(1 << 20));
            admin.createTopics(List.of(
                            new NewTopic("old", 1, (short) 1).configs(small), new NewTopic("new", 1, (short) 1)))
                    .all()
                    .get();
            for (int i = 0; i < OLD_RECORDS; i++) producer.send(new ProducerRecord<>("old", new byte[1000]));
        }
    }

    @AfterEach
    void stop() {
        disk.open();
        broker.close();
    }

    private String bootstrap() {
        return "127.0.0.1:" + broker.address().getPort();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap(),
                        "delivery.timeout.ms", "10000",
                        "request.timeout.ms", "9000",
                        "linger.ms", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(TopicPartition partition, int fetchBytes) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        bootstrap(),
                        "auto.offset.reset",
                        "earliest",
                        "max.partition.fetch.bytes",
                        fetchBytes),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        return consumer;
    }

    private static int take(KafkaConsumer<byte[], byte[]> consumer, int count, int secondsMax) {
        int found = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        while (found < count && System.nanoTime() < deadline)
            found += consumer.poll(Duration.ofMillis(100)).count();
        return found;
    }

    @Test
    void onlyTheReaderOfOldRecordsWaitsForTheDisk() throws Exception {
        disk.shut();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var cold = consumer(OLD, 1 << 20);
                var tail = consumer(NEW, 1 << 20);
                var producer = producer()) {
            var old = threads.submit(() -> take(cold, OLD_RECORDS, 60));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (disk.waitingReads.get() == 0 && System.nanoTime() < deadline) Thread.onSpinWait();
            assertThat(disk.waitingReads).hasValue(1);
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>("new", new byte[100])).get();
                assertThat(take(tail, 1, 10)).isOne();
            }
            // the newest records of the same partition are not behind its old ones either
            producer.send(new ProducerRecord<>("old", new byte[100])).get();
            assertThat(disk.waitingReads).hasValue(1);
            assertThat(old.isDone()).isFalse();
            disk.open();
            assertThat(old.get()).isGreaterThanOrEqualTo(OLD_RECORDS);
        }
    }

    @Test
    void sequentialReadsFromASlowDiskAreReadAhead() {
        disk.nanosPerRead = TimeUnit.MILLISECONDS.toNanos(2);
        disk.readBytes.set(0);
        try (var cold = consumer(OLD, 64 << 10)) {
            assertThat(take(cold, OLD_RECORDS, 60)).isEqualTo(OLD_RECORDS);
        }
        // all but the first pieces are read twice, and no more than that
        assertThat(disk.readBytes.get()).isBetween((long) (1.5 * (1 << 20)), (long) (2.6 * (1 << 20)));
    }

    @Test
    void aReadThatFailsIsTriedAgain() throws Exception {
        disk.readBytes.set(0);
        disk.failReads("Input/output error");
        try (var cold = consumer(OLD, 1 << 20);
                var tail = consumer(NEW, 1 << 20);
                var producer = producer()) {
            assertThat(take(cold, 1, 1)).isZero();
            assertThat(disk.readBytes).hasValue(0);
            producer.send(new ProducerRecord<>("new", new byte[100])).get();
            assertThat(take(tail, 1, 10)).isOne();
            disk.failReads(null);
            assertThat(take(cold, OLD_RECORDS, 30)).isEqualTo(OLD_RECORDS);
        }
    }
}
