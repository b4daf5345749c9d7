package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeReplicaLogDirsResult.ReplicaLogDirInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica moves between data directories while it is written and read.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MoveReplicaTest {
    private static final TopicPartition T = new TopicPartition("t", 0);
    private static final TopicPartitionReplica REPLICA = new TopicPartitionReplica("t", 0, 1);

    @TempDir
    Path data;

    private Barnabas broker(Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "node.id",
                "1",
                "log.dirs",
                data.resolve("a") + "," + data.resolve("b"),
                "offsets.topic.num.partitions",
                "1"));
        settings.putAll(more);
        return Barnabas.start(settings);
    }

    private static Admin admin(Barnabas broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static KafkaProducer<byte[], byte[]> producer(Barnabas broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void create(Admin admin, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic("t", 1, (short) 1).configs(configs)))
                .all()
                .get();
    }

    private static ReplicaLogDirInfo info(Admin admin) throws Exception {
        return admin.describeReplicaLogDirs(List.of(REPLICA)).all().get().get(REPLICA);
    }

    private static String other(String directory) {
        return directory.endsWith("a")
                ? directory.substring(0, directory.length() - 1) + "b"
                : directory.substring(0, directory.length() - 1) + "a";
    }

    private static void move(Admin admin, String target) throws Exception {
        admin.alterReplicaLogDirs(Map.of(REPLICA, target)).all().get();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void awaitMoved(Admin admin, String target) throws Exception {
        await(() -> {
            var now = info(admin);
            return target.equals(now.getCurrentReplicaLogDir()) && now.getFutureReplicaLogDir() == null;
        });
    }

    private List<String> consume(Barnabas broker, int count) {
        var found = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(T));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (found.size() < count && System.nanoTime() < deadline)
                for (var each : consumer.poll(Duration.ofMillis(100)))
                    found.add(new String(each.value(), StandardCharsets.UTF_8));
        }
        return found;
    }

    private List<Path> named(String part) throws Exception {
        var found = new ArrayList<Path>();
        for (var directory : List.of("a", "b"))
            try (var entries = Files.list(data.resolve(directory))) {
                entries.filter(entry -> entry.getFileName().toString().matches(part))
                        .forEach(found::add);
            }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"page-cache", "journal"})
    void nothingIsLostOrDoubledWhileItMovesToAndFro(String durability) throws Exception {
        var sent = new AtomicInteger();
        try (var broker = broker(Map.of("barnabas.durability", durability));
                var admin = admin(broker);
                var producer = producer(broker)) {
            create(admin, Map.of("segment.bytes", Integer.toString(1 << 20)));
            var stop = new AtomicBoolean();
            var failures = new AtomicInteger();
            var writing = Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    byte[] value = ("%06d".formatted(sent.getAndIncrement()) + "x".repeat(500))
                            .getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>("t", value), (_, failure) -> {
                        if (failure != null) failures.incrementAndGet();
                    });
                    if (sent.get() % 50 == 0) producer.flush();
                }
            });
            for (int i = 0; i < 4; i++) {
                int before = sent.get();
                await(() -> sent.get() > before + 500);
                String target = other(info(admin).getCurrentReplicaLogDir());
                move(admin, target);
                awaitMoved(admin, target);
            }
            stop.set(true);
            writing.join();
            producer.flush();
            assertThat(failures).hasValue(0);
            check(consume(broker, sent.get()), sent.get());
        }
        assertThat(named("t-0")).hasSize(1);
        assertThat(named(".*-(future|moved)")).isEmpty();
        try (var broker = broker(Map.of("barnabas.durability", durability))) {
            check(consume(broker, sent.get()), sent.get());
        }
    }

    private static void check(List<String> values, int count) {
        assertThat(values).hasSize(count);
        for (int i = 0; i < count; i++) assertThat(values.get(i)).startsWith("%06d".formatted(i));
    }

    @Test
    void aSlowCopyShowsAndEndsWhenTheReplicaIsWantedBack() throws Exception {
        try (var broker = broker(Map.of("replica.alter.log.dirs.io.max.bytes.per.second", "1000"));
                var admin = admin(broker);
                var producer = producer(broker)) {
            create(admin, Map.of());
            for (int i = 0; i < 4000; i++) producer.send(new ProducerRecord<>("t", new byte[1000]));
            producer.flush();
            String home = info(admin).getCurrentReplicaLogDir();
            move(admin, other(home));
            await(() -> info(admin).getFutureReplicaOffsetLag() < 4000);
            assertThat(info(admin).getFutureReplicaLogDir()).isEqualTo(other(home));
            assertThat(info(admin).getFutureReplicaOffsetLag()).isPositive();
            assertThat(named("t-0\\.[0-9a-f]{32}-future")).hasSize(1);
            move(admin, home);
            awaitMoved(admin, home);
            await(() -> named(".*-future").isEmpty());
            move(admin, other(home));
            assertThat(info(admin).getFutureReplicaLogDir()).isEqualTo(other(home));
            admin.deleteTopics(List.of("t")).all().get();
        }
        assertThat(named(".*-future")).isEmpty();
    }

    @Test
    void ofTwoLogsTheStartKeepsTheOneThatMoved() throws Exception {
        String from;
        try (var broker = broker(Map.of());
                var admin = admin(broker);
                var producer = producer(broker)) {
            create(admin, Map.of());
            producer.send(new ProducerRecord<>("t", "000000".getBytes(StandardCharsets.UTF_8)))
                    .get();
            from = info(admin).getCurrentReplicaLogDir();
        }
        // as if the process had been killed when the copy had its name and had taken one record more
        Path old = Path.of(from).resolve("t-0");
        Path fresh = Path.of(other(from)).resolve("t-0");
        copy(old, fresh);
        Files.createFile(fresh.resolveSibling("t-0." + "0".repeat(32) + "-moved"));
        copy(old, fresh.resolveSibling("t-0." + "1".repeat(32) + "-future"));
        Files.write(old.resolve("00000000000000000000.log"), new byte[0]);
        try (var broker = broker(Map.of());
                var admin = admin(broker)) {
            assertThat(info(admin).getCurrentReplicaLogDir()).isEqualTo(other(from));
            check(consume(broker, 1), 1);
            assertThat(named("t-0")).containsExactly(fresh);
            assertThat(named(".*-(future|moved)")).isEmpty();
        }
    }

    private static void copy(Path source, Path target) throws Exception {
        Files.createDirectories(target);
        try (var files = Files.list(source)) {
            for (var file : files.toList()) Files.copy(file, target.resolve(file.getFileName()));
        }
    }

    @Test
    void refusedMovesGetKafkasErrors() throws Exception {
        try (var broker = broker(Map.of("cordoned.log.dirs", data.resolve("b").toString()));
                var admin = admin(broker)) {
            create(admin, Map.of());
            String a = data.resolve("a").toString();
            assertThatThrownBy(() -> move(admin, data.resolve("c").toString()))
                    .hasCauseInstanceOf(LogDirNotFoundException.class);
            assertThatThrownBy(() -> move(admin, data.resolve("b").toString()))
                    .hasCauseInstanceOf(InvalidReplicaAssignmentException.class);
            assertThatThrownBy(() -> admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica("u", 0, 1), a))
                            .all()
                            .get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            move(admin, a);
            assertThat(info(admin).getCurrentReplicaLogDir()).isEqualTo(a);
        }
    }

    @Test
    void withAllDirectoriesCordonedNoTopicIsCreated() throws Exception {
        try (var broker = broker(Map.of("cordoned.log.dirs", "*"));
                var admin = admin(broker)) {
            assertThatThrownBy(() -> create(admin, Map.of()))
                    .hasCauseInstanceOf(InvalidReplicationFactorException.class)
                    .hasMessageContaining("have all their log directories cordoned");
        }
        try (var broker = broker(Map.of());
                var admin = admin(broker)) {
            create(admin, Map.of());
        }
    }
}
