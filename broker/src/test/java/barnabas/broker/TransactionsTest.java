package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transactions end to end with the official client, at every level of `transaction.version`.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@SuppressWarnings("removal") // the group metadata of a consumer that is no member
class TransactionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOPIC = "ledger";

    @TempDir
    Path data;

    private Barnabas broker;
    private int port;

    private void start(int transactionVersion) throws Exception {
        broker = Barnabas.start(settings(Map.of()));
        port = broker.address().getPort();
        try (var admin = admin()) {
            if (transactionVersion != 2) level(admin, transactionVersion);
            admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1))).all().get();
        }
    }

    private Map<String, String> settings(Map<String, String> more) {
        var all = new HashMap<>(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:" + port,
                "log.dirs", data.toString(),
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "3",
                "transaction.state.log.num.partitions", "3",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        all.putAll(more);
        return all;
    }

    private static void level(Admin admin, int level) throws Exception {
        var update = new FeatureUpdate(
                (short) level,
                level == 0 ? FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE : FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
        admin.updateFeatures(Map.of("transaction.version", update), new UpdateFeaturesOptions())
                .all()
                .get();
    }

    @AfterEach
    void stop() {
        if (broker != null) broker.close();
    }

    private void restart() throws StartFailure {
        broker.close();
        broker = Barnabas.start(settings(Map.of()));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private KafkaProducer<String, String> producer(String transactionalId) {
        return producer(transactionalId, Map.of());
    }

    private KafkaProducer<String, String> producer(String transactionalId, Map<String, Object> more) {
        var config = new HashMap<String, Object>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        config.put("transactional.id", transactionalId);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private KafkaConsumer<String, String> consumer(String isolation, Map<String, Object> more) {
        var config = new HashMap<String, Object>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        config.put("isolation.level", isolation);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private static void send(KafkaProducer<String, String> producer, int from, int to) {
        for (int i = from; i < to; i++) producer.send(new ProducerRecord<>(TOPIC, i % 3, null, "v" + i));
    }

    /// All records that a new consumer sees, up to the reported end.
    private List<String> read(String isolation) {
        var values = new ArrayList<String>();
        try (var consumer = consumer(isolation, Map.of())) {
            var partitions =
                    List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1), new TopicPartition(TOPIC, 2));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline
                    && partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
                    values.add(each.value());
                }
            }
        }
        return values;
    }

    private static String[] values(int from, int to) {
        var values = new String[to - from];
        for (int i = from; i < to; i++) values[i - from] = "v" + i;
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void committedRecordsAreSeenAbortedOnesAreNot(int transactionVersion) throws Exception {
        start(transactionVersion);
        try (var producer = producer("a")) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, 0, 30);
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, 30, 60);
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, 60, 90);
            producer.commitTransaction();
            // nothing at all
            producer.beginTransaction();
            producer.commitTransaction();
            producer.beginTransaction();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, 90, 93);
            producer.commitTransaction();
            var expected = new ArrayList<>(List.of(values(0, 30)));
            expected.addAll(List.of(values(60, 93)));
            assertThat(read("read_committed")).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(read("read_uncommitted")).containsExactlyInAnyOrder(values(0, 93));

            // open: not seen by those who read committed
            producer.beginTransaction();
            send(producer, 93, 120);
            producer.flush();
            assertThat(read("read_committed")).containsExactlyInAnyOrderElementsOf(expected);
            restart();
            assertThat(read("read_committed")).containsExactlyInAnyOrderElementsOf(expected);
            send(producer, 120, 123);
            producer.commitTransaction();
            expected.addAll(List.of(values(93, 123)));
            assertThat(read("read_committed")).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void manyTransactionsInARow(int transactionVersion) throws Exception {
        start(transactionVersion);
        try (var producer = producer("a")) {
            producer.initTransactions();
            for (int t = 0; t < 300; t++) {
                producer.beginTransaction();
                send(producer, t * 3, t * 3 + 3);
                if (t % 3 == 2) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        var expected = new ArrayList<String>();
        for (int t = 0; t < 300; t++) if (t % 3 != 2) expected.addAll(List.of(values(t * 3, t * 3 + 3)));
        assertThat(read("read_committed")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aNewInstanceFencesTheOldOne(int transactionVersion) throws Exception {
        start(transactionVersion);
        try (var old = producer("a")) {
            old.initTransactions();
            old.beginTransaction();
            send(old, 0, 3);
            old.flush();
            try (var successor = producer("a")) {
                successor.initTransactions();
                assertThatThrownBy(() -> old.send(new ProducerRecord<>(TOPIC, 0, null, "late"))
                                .get())
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOfAny(InvalidProducerEpochException.class, ProducerFencedException.class);
                assertThatThrownBy(old::commitTransaction).isInstanceOf(org.apache.kafka.common.KafkaException.class);
                successor.beginTransaction();
                send(successor, 3, 6);
                successor.commitTransaction();
            }
        }
        assertThat(read("read_committed")).containsExactlyInAnyOrder(values(3, 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anAbandonedTransactionIsAbortedByTheCoordinator(int transactionVersion) throws Exception {
        start(transactionVersion);
        try (var producer = producer("a", Map.of("transaction.timeout.ms", 1000))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, 0, 3);
            producer.flush();
            try (var admin = admin()) {
                await(() -> admin.describeTransactions(Set.of("a"))
                                .description("a")
                                .get()
                                .state()
                        == TransactionState.COMPLETE_ABORT);
            }
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(org.apache.kafka.common.KafkaException.class);
        }
        assertThat(read("read_committed")).isEmpty();
        assertThat(read("read_uncommitted")).hasSize(3);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void offsetsFollowTheTransaction(int transactionVersion) throws Exception {
        start(transactionVersion);
        var partition = new TopicPartition(TOPIC, 0);
        try (var producer = producer("a");
                var consumer = consumer("read_committed", Map.of("group.id", "g", "group.protocol", "classic"))) {
            producer.initTransactions();
            var group = new ConsumerGroupMetadata("g");
            producer.beginTransaction();
            send(producer, 0, 3);
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(7)), group);
            producer.commitTransaction();
            assertThat(consumer.committed(Set.of(partition)).get(partition).offset())
                    .isEqualTo(7);

            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(8)), group);
            producer.abortTransaction();
            assertThat(consumer.committed(Set.of(partition)).get(partition).offset())
                    .isEqualTo(7);

            // offsets alone, without a record
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(9)), group);
            producer.commitTransaction();
            restart();
            assertThat(consumer.committed(Set.of(partition)).get(partition).offset())
                    .isEqualTo(9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2})
    void operatorsSeeAndAbortTransactions(int transactionVersion) throws Exception {
        start(transactionVersion);
        try (var producer = producer("a");
                var admin = admin()) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, 0, 3);
            producer.flush();
            assertThat(admin.listTransactions().all().get())
                    .extracting(TransactionListing::transactionalId, TransactionListing::state)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("a", TransactionState.ONGOING));
            var described =
                    admin.describeTransactions(Set.of("a")).description("a").get();
            assertThat(described.topicPartitions()).hasSize(3);
            var partition = new TopicPartition(TOPIC, 0);
            var open = admin.describeProducers(Set.of(partition))
                    .partitionResult(partition)
                    .get()
                    .activeProducers();
            assertThat(open).hasSize(1);
            var state = open.getFirst();
            assertThat(state.currentTransactionStartOffset().getAsLong()).isZero();
            assertThat(admin.listOffsets(
                                    Map.of(partition, OffsetSpec.latest()),
                                    new org.apache.kafka.clients.admin.ListOffsetsOptions(
                                            IsolationLevel.READ_COMMITTED))
                            .partitionResult(partition)
                            .get()
                            .offset())
                    .isZero();
            admin.abortTransaction(
                            new AbortTransactionSpec(partition, state.producerId(), (short) state.producerEpoch(), 0))
                    .all()
                    .get();
            assertThat(admin.describeProducers(Set.of(partition))
                            .partitionResult(partition)
                            .get()
                            .activeProducers()
                            .getFirst()
                            .currentTransactionStartOffset())
                    .isEmpty();
        }
    }
}
