package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.mirror.TwoClusters.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mirrors between two nodes in this process.
class MirrorTest {
    @TempDir
    private static Path directory;

    private static TwoClusters clusters;

    @BeforeAll
    static void start() throws Exception {
        clusters = new TwoClusters(directory);
    }

    @AfterAll
    static void stop() {
        clusters.close();
    }

    private static void create(Side side, String topic, int partitions) throws Exception {
        side.admin
                .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int partition, String value) {
        return new ProducerRecord<>(topic, partition, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void produce(Side side, String topic, int partition, int from, int to) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = side.producer(Map.of("compression.type", "lz4"))) {
            for (int each = from; each < to; each++)
                producer.send(record(topic, partition, "v" + each)).get();
        }
    }

    private static long end(Side side, String topic, int partition) {
        try {
            var asked = new TopicPartition(topic, partition);
            return side.admin
                    .listOffsets(Map.of(asked, OffsetSpec.latest()), new ListOffsetsOptions().timeoutMs(1000))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (InterruptedException | ExecutionException e) {
            return -1;
        }
    }

    private static boolean equal(String topic, int partition) {
        try {
            return Arrays.equals(clusters.source.stored(topic, partition), clusters.target.stored(topic, partition));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mirror(Side side, String name, Side from, String topics) throws Exception {
        side.mirrors().set(name, Map.of("source", from.address(), "topics", topics, "groups", topics));
    }

    private static void awaitCopied(String topic, int partition) {
        long end = end(clusters.source, topic, partition);
        TwoClusters.await(
                topic + " has " + end + " records, " + TwoClusters.states(clusters.target, topic),
                () -> end(clusters.target, topic, partition) == end);
    }

    private static void promote(Side side, String mirror, String topic) throws Exception {
        side.mirrors().promote(topic);
        TwoClusters.await(topic + " is promoted", () -> {
            try {
                return side.mirrors().topics(mirror).isEmpty();
            } catch (Exception e) {
                return false;
            }
        });
    }

    @Test
    void partitionsSettingsAndGroupsFollowAndBytesAreEqual() throws Exception {
        create(clusters.source, "orders", 2);
        produce(clusters.source, "orders", 0, 0, 20);
        mirror(clusters.target, "orders", clusters.source, "orders");
        TwoClusters.await("topic", () -> end(clusters.target, "orders", 1) == 0);
        awaitCopied("orders", 0);
        produce(clusters.source, "orders", 1, 0, 5);
        clusters.source
                .admin
                .createPartitions(Map.of("orders", NewPartitions.increaseTo(3)))
                .all()
                .get();
        clusters.source
                .admin
                .alterConsumerGroupOffsets(
                        "orders", Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(7, "here")))
                .all()
                .get();
        awaitCopied("orders", 1);
        assertThat(equal("orders", 0)).isTrue();
        assertThat(equal("orders", 1)).isTrue();
        TwoClusters.await(
                () -> "third partition " + TwoClusters.states(clusters.target, "orders"),
                () -> TwoClusters.states(clusters.target, "orders").contains("orders-2 mirroring"));
        // A listing looks for no coordinator, so the topic of offsets is not made by it.
        TwoClusters.await("group without a client of its own", () -> {
            try {
                return clusters.target.admin.listGroups().all().get().stream()
                        .anyMatch(group -> group.groupId().equals("orders"));
            } catch (InterruptedException | ExecutionException e) {
                return false;
            }
        });
        TwoClusters.await("group", () -> {
            try {
                var offsets = clusters.target
                        .admin
                        .listConsumerGroupOffsets("orders")
                        .partitionsToOffsetAndMetadata()
                        .get();
                var found = offsets.get(new TopicPartition("orders", 0));
                return found != null && found.offset() == 7;
            } catch (InterruptedException | ExecutionException e) {
                return false;
            }
        });
        assertThatThrownBy(() -> produce(clusters.target, "orders", 0, 0, 1))
                .hasCauseInstanceOf(PolicyViolationException.class);
        var first = Map.of(new TopicPartition("orders", 0), RecordsToDelete.beforeOffset(3));
        assertThatThrownBy(
                        () -> clusters.target.admin.deleteRecords(first).all().get())
                .hasCauseInstanceOf(PolicyViolationException.class);
    }

    /// A transaction that is open at the source when its mirror is promoted is aborted there; both sides go on, and
    /// fail-back truncates what only the old source has.
    @Test
    void promotionEndsTransactionsAndFailBackFindsTheLastCommonOffset() throws Exception {
        create(clusters.source, "pay", 1);
        produce(clusters.source, "pay", 0, 0, 10);
        try (KafkaProducer<byte[], byte[]> open = clusters.source.producer(Map.of("transactional.id", "pay"))) {
            open.initTransactions();
            open.beginTransaction();
            open.send(record("pay", 0, "open")).get();
            mirror(clusters.target, "pay", clusters.source, "pay");
            TwoClusters.await("topic", () -> end(clusters.target, "pay", 0) >= 0);
            awaitCopied("pay", 0);
            promote(clusters.target, "pay", "pay");
            // the source goes on alone: records that no one else has
            open.commitTransaction();
        }
        produce(clusters.source, "pay", 0, 10, 13);
        assertThat(end(clusters.target, "pay", 0)).as("with the abort marker").isEqualTo(12);
        produce(clusters.target, "pay", 0, 100, 105);
        var producers = clusters.target
                .admin
                .describeProducers(List.of(new TopicPartition("pay", 0)))
                .partitionResult(new TopicPartition("pay", 0))
                .get()
                .activeProducers();
        assertThat(producers)
                .allMatch(each -> each.currentTransactionStartOffset().isEmpty());
        long copied =
                producers.stream().mapToLong(each -> each.producerId()).min().orElseThrow();
        long own = producers.stream().mapToLong(each -> each.producerId()).max().orElseThrow();
        assertThat(own).isGreaterThan(copied + 1000);

        clusters.source
                .mirrors()
                .set("back", Map.of("source", clusters.target.address(), "topics", "pay", "existing", "adopted"));
        TwoClusters.await(
                "fail-back of 17 records",
                () -> end(clusters.source, "pay", 0) == 17
                        && TwoClusters.states(clusters.source, "back").equals(List.of("pay-0 mirroring")));
        assertThat(equal("pay", 0)).isTrue();
        produce(clusters.target, "pay", 0, 105, 110);
        TwoClusters.await("later ones", () -> end(clusters.source, "pay", 0) == 22);
        promote(clusters.source, "back", "pay");
        produce(clusters.source, "pay", 0, 200, 201);
        assertThat(end(clusters.source, "pay", 0)).isEqualTo(23);
    }

    /// A report that comes late, of a stop that has ended, counted for the next one: its transactions stayed open.
    @Test
    void reportOfAnEarlierStopCountsForNoLaterOne() throws Exception {
        create(clusters.source, "late", 1);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, "late");
        try (KafkaProducer<byte[], byte[]> open = clusters.source.producer(Map.of("transactional.id", "late"))) {
            open.initTransactions();
            open.beginTransaction();
            open.send(record("late", 0, "open")).get();
            mirror(clusters.target, "late", clusters.source, "late");
            TwoClusters.await("topic", () -> end(clusters.target, "late", 0) == 1);
            var changes = new ArrayList<AlterConfigOp>();
            Map.of("barnabas.mirror.state", "stopping", "barnabas.mirror.ready", "0:7,0:7:0,0::0")
                    .forEach((name, value) ->
                            changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
            clusters.target
                    .admin
                    .incrementalAlterConfigs(Map.of(resource, changes))
                    .all()
                    .get();
            TwoClusters.await(
                    "promoted",
                    () -> TwoClusters.states(clusters.target, "late").equals(List.of("late-0 promoted")));
            assertThat(end(clusters.target, "late", 0))
                    .as("with the abort marker")
                    .isEqualTo(2);
            open.abortTransaction();
        }
    }

    @Test
    void topicWithOtherContentIsRefused() throws Exception {
        create(clusters.source, "own", 1);
        create(clusters.target, "own", 1);
        mirror(clusters.target, "own", clusters.source, "own");
        TwoClusters.await(
                "refusal",
                () -> TwoClusters.states(clusters.target, "own")
                        .equals(List.of("own: it exists here with records of its own")));
        produce(clusters.target, "own", 0, 0, 1);
    }

    @Test
    void partitionWhoseRecordsAreGoneStopsAlone() throws Exception {
        create(clusters.source, "short", 2);
        produce(clusters.source, "short", 0, 0, 5);
        mirror(clusters.target, "short", clusters.source, "short");
        TwoClusters.await("topic", () -> end(clusters.target, "short", 0) == 5);
        clusters.target.mirrors().set("short", Map.of("state", "paused"));
        TwoClusters.await(
                "pause",
                () -> TwoClusters.states(clusters.target, "short").equals(List.of("short-0 paused", "short-1 paused")));
        produce(clusters.source, "short", 0, 5, 10);
        produce(clusters.source, "short", 1, 0, 3);
        clusters.source
                .admin
                .deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(8)))
                .all()
                .get();
        clusters.target.mirrors().set("short", Map.of("state", ""));
        awaitCopied("short", 1);
        TwoClusters.await(
                "failure",
                () -> TwoClusters.states(clusters.target, "short")
                        .contains(
                                "short-0 failed: retention of the source removed offsets 5 to 7 before they were copied"));
        assertThat(end(clusters.target, "short", 0)).isEqualTo(5);
    }

    @Test
    void sourceTopicThatWasCreatedAgainIsAnotherOne() throws Exception {
        create(clusters.source, "again", 1);
        produce(clusters.source, "again", 0, 0, 2);
        mirror(clusters.target, "again", clusters.source, "again");
        TwoClusters.await("topic", () -> end(clusters.target, "again", 0) == 2);
        clusters.source.admin.deleteTopics(List.of("again")).all().get();
        create(clusters.source, "again", 1);
        TwoClusters.await(
                "failure",
                () -> TwoClusters.states(clusters.target, "again")
                        .equals(List.of("again-0 failed: the source's topic was deleted and created again")));
        assertThat(end(clusters.target, "again", 0)).isEqualTo(2);
    }

    /// DeleteRecords goes to the record, batches stay whole.
    @Test
    void logOfTheSourceThatStartsInsideOfABatchIsCopied() throws Exception {
        create(clusters.source, "middle", 1);
        try (KafkaProducer<byte[], byte[]> producer =
                clusters.source.producer(Map.of("linger.ms", "60000", "batch.size", "65536"))) {
            for (int each = 0; each < 5; each++) producer.send(record("middle", 0, "v" + each));
            producer.flush();
        }
        produce(clusters.source, "middle", 0, 5, 8);
        clusters.source
                .admin
                .deleteRecords(Map.of(new TopicPartition("middle", 0), RecordsToDelete.beforeOffset(3)))
                .all()
                .get();
        mirror(clusters.target, "middle", clusters.source, "middle");
        TwoClusters.await("topic", () -> end(clusters.target, "middle", 0) >= 0);
        awaitCopied("middle", 0);
        assertThat(equal("middle", 0)).isTrue();
        var asked = new TopicPartition("middle", 0);
        TwoClusters.await("first offset", () -> {
            try {
                return clusters.target
                                .admin
                                .listOffsets(Map.of(asked, OffsetSpec.earliest()))
                                .partitionResult(asked)
                                .get()
                                .offset()
                        == 3;
            } catch (InterruptedException | ExecutionException e) {
                return false;
            }
        });
    }
}
