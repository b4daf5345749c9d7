package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.Barnabas;
import barnabas.sql.server.SqlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private static KafkaProducer<byte[], byte[]> producer(Barnabas broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void readFromNewTopic(PatientConsumer consumer, Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())))
                .all()
                .get();
        consumer.assign(List.of(PARTITION));
        consumer.seek(PARTITION, 0);
    }

    @Test
    void pollsOfQuietTopicsEndWithARecordOrACall() throws Exception {
        try (Barnabas broker = SqlNode.start(data);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var consumer =
                        new PatientConsumer(Map.of("bootstrap.servers", broker.bootstrapServers()), SHORT_POLLS, null);
                var producer = producer(broker)) {
            readFromNewTopic(consumer, admin);
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
    void consumersOfWatchedTopicsFetchNothingUntilARecordComes() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("watched"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                // Groups cannot be listed: a wait is short then.
                Admin none = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"));
                var watch = new IdleWatch(config(broker), none, Clock.SYSTEM, Threads.SYSTEM);
                var consumer = new PatientConsumer(
                        Map.of("bootstrap.servers", broker.bootstrapServers()), SHORT_POLLS, watch);
                var producer = producer(broker)) {
            readFromNewTopic(consumer, admin);
            for (int round = 0; round < 2; round++) {
                Map<TopicPartition, Long> positions = Map.of(PARTITION, (long) round);
                while (!watch.covers(consumer, positions))
                    assertThat(consumer.poll(SHORT)).isEmpty();
                double before = fetches(consumer);
                assertThat(consumer.poll(SHORT)).isEmpty();
                assertThat(consumer.poll(SHORT)).isEmpty();
                assertThat(fetches(consumer) - before).isLessThan(3);

                CompletableFuture<ConsumerRecords<byte[], byte[]>> found = CompletableFuture.supplyAsync(() -> {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(SHORT);
                    while (records.isEmpty()) records = consumer.poll(SHORT);
                    return records;
                });
                long begin = System.nanoTime();
                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[1]))
                        .get();
                assertThat(found.get()).hasSize(1);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
                assertThat(consumer.paused()).isEmpty();
                assertThat(watch.covers(consumer, Map.of(PARTITION, round + 1L)))
                        .isFalse();
            }
        }
    }

    /// Without the look at groups it would join again at the end of its wait, a minute later.
    @Test
    void consumerThatRestsJoinsAgainWhenItsGroupNeedsIt() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("groups"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var watch = new IdleWatch(config(broker), admin, Clock.SYSTEM, Threads.SYSTEM);
                var first = new PatientConsumer(member(broker), SHORT_POLLS, watch);
                var second = new PatientConsumer(member(broker), SHORT_POLLS, null)) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(2), Optional.empty())))
                    .all()
                    .get();
            first.subscribe(List.of(PARTITION.topic()));
            var polling = new AtomicBoolean(true);
            CompletableFuture<Void> polls = CompletableFuture.runAsync(() -> {
                while (polling.get()) first.poll(SHORT);
            });
            while (watch.resting() == 0) Thread.onSpinWait();
            while (!isLong(watch)) Thread.onSpinWait();
            second.subscribe(List.of(PARTITION.topic()));
            long begin = System.nanoTime();
            while (second.assignment().isEmpty()) second.poll(SHORT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
            polling.set(false);
            first.hurry();
            polls.get();
        }
    }

    private static boolean isLong(IdleWatch watch) {
        return watch.rest(Duration.ofMinutes(1)).left().compareTo(Duration.ofSeconds(30)) > 0;
    }

    private static Map<String, Object> member(Barnabas broker) {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                "members",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false);
    }

    @Test
    void watchOfATopicThatIsGoneLeavesItToItsQuery() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("gone"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var watch = new IdleWatch(config(broker), admin, Clock.SYSTEM, Threads.SYSTEM);
                var consumer = new PatientConsumer(Map.of("bootstrap.servers", broker.bootstrapServers()), 1, watch)) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            // behind the end of the topic: the watch's consumer refuses to read there
            Map<TopicPartition, Long> beyond = Map.of(PARTITION, 7L);
            assertThat(watch.covers(consumer, beyond)).isFalse();
            while (watch.isWatching(consumer))
                assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            assertThat(consumer.poll(SHORT)).isEmpty();
        }
    }

    private static double fetches(PatientConsumer consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals("fetch-total")
                        && !each.getKey().tags().containsKey("topic"))
                .mapToDouble(each -> (double) each.getValue().metricValue())
                .sum();
    }

    private static EngineConfig config(Barnabas broker) {
        return new EngineConfig(
                "test_", "", Map.of("bootstrap.servers", broker.bootstrapServers()), Map.of(), data, false);
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
