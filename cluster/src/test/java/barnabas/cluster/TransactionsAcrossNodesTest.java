package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transactions on three nodes, whose partitions and coordinators are led by different brokers.
@Timeout(180)
class TransactionsAcrossNodesTest {
    private static final String TOPIC = "t";
    private static final int PARTITIONS = 3;

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    private final Set<String> committed = new TreeSet<>();

    private void start() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id = 1; id <= 3; id++) settings.put(id, settings(id));
        cluster.start(settings);
    }

    private Map<String, String> settings(int id) {
        var settings = new HashMap<>(cluster.settings(id));
        settings.put("offsets.topic.replication.factor", "3");
        settings.put("offsets.topic.num.partitions", "3");
        settings.put("transaction.state.log.replication.factor", "3");
        settings.put("transaction.state.log.min.isr", "2");
        settings.put("transaction.state.log.num.partitions", "3");
        return settings;
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private KafkaProducer<String, String> producer(String transactionalId) {
        var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", cluster.addresses(),
                        "transactional.id", transactionalId,
                        "delivery.timeout.ms", 60_000,
                        "request.timeout.ms", 10_000,
                        "max.block.ms", 60_000),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    /// Sends a record of this name to each partition.
    private static void send(KafkaProducer<String, String> producer, String name) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            var _ = producer.send(new ProducerRecord<>(TOPIC, partition, null, name + "-" + partition));
        }
        producer.flush();
    }

    private void commit(KafkaProducer<String, String> producer, String... names) {
        producer.commitTransaction();
        for (String name : names)
            for (int partition = 0; partition < PARTITIONS; partition++) committed.add(name + "-" + partition);
    }

    /// All that a consumer sees that reads committed records, up to where they end; fails when one comes twice.
    private Set<String> readCommitted() {
        var seen = new TreeSet<String>();
        List<TopicPartition> all = IntStream.range(0, PARTITIONS)
                .mapToObj(index -> new TopicPartition(TOPIC, index))
                .toList();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", cluster.addresses(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each)))
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> assertThat(seen.add(record.value()))
                                .as(record.value())
                                .isTrue());
        }
        return seen;
    }

    private static Set<Integer> leaders(List<TopicPartitionInfo> partitions) {
        var leaders = new HashSet<Integer>();
        for (TopicPartitionInfo each : partitions) leaders.add(each.leader().id());
        return leaders;
    }

    private static void lowerTransactionVersion(Admin admin) throws Exception {
        admin.updateFeatures(
                        Map.of(
                                "transaction.version",
                                new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                        new UpdateFeaturesOptions())
                .all()
                .get();
    }

    private static int coordinator(Admin admin, String transactionalId) throws Exception {
        return admin.describeTransactions(List.of(transactionalId))
                .description(transactionalId)
                .get()
                .coordinatorId();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void consumersSeeExactlyWhatIsCommitted(int transactionVersion) throws Exception {
        start();
        var coordinators = new TreeSet<Integer>();
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            if (transactionVersion == 1) lowerTransactionVersion(admin);
            assertThat(leaders(LocalCluster.partitions(admin, TOPIC))).hasSize(3);
            for (String id : List.of("a", "b", "c")) {
                try (var producer = producer(id)) {
                    for (int round = 0; round < 3; round++) {
                        producer.beginTransaction();
                        send(producer, id + "-kept-" + round);
                        commit(producer, id + "-kept-" + round);
                        producer.beginTransaction();
                        send(producer, id + "-dropped-" + round);
                        producer.abortTransaction();
                    }
                    coordinators.add(coordinator(admin, id));
                }
            }
            assertThat(leaders(LocalCluster.partitions(admin, "__transaction_state")))
                    .hasSize(3);
            assertThat(coordinators).hasSize(3);
            LocalCluster.await("all transactions end", () -> readCommitted().equals(committed));
        }
    }

    /// The leader of each partition in turn stops while a transaction is open: a node that also coordinates it, or not.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransactionEndsUnderNewLeaders(boolean stopsCoordinator) throws Exception {
        start();
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            try (var producer = producer("a")) {
                producer.beginTransaction();
                send(producer, "before");
                int coordinator = coordinator(admin, "a");
                int stopped = stopsCoordinator ? coordinator : coordinator % 3 + 1;
                cluster.stop(stopped);
                send(producer, "after");
                commit(producer, "before", "after");
                producer.beginTransaction();
                send(producer, "dropped");
                producer.abortTransaction();
                assertThat(coordinator(admin, "a")).isNotEqualTo(stopped);
                LocalCluster.await("all transactions end", () -> readCommitted().equals(committed));
                cluster.start(Map.of(stopped, settings(stopped)));
                LocalCluster.awaitInSync(admin, TOPIC, 3);
                producer.beginTransaction();
                send(producer, "again");
                commit(producer, "again");
            }
            LocalCluster.await("all transactions end", () -> readCommitted().equals(committed));
        }
    }

    @Test
    void offsetsOfAGroupAreCommittedWithTheTransaction() throws Exception {
        start();
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            for (String group : List.of("g1", "g2", "g3")) {
                try (var producer = producer("of-" + group);
                        var consumer = new KafkaConsumer<>(
                                Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "group.id", group),
                                new StringDeserializer(),
                                new StringDeserializer())) {
                    var partition = new TopicPartition(TOPIC, 0);
                    producer.beginTransaction();
                    producer.sendOffsetsToTransaction(
                            Map.of(partition, new OffsetAndMetadata(7)), consumer.groupMetadata());
                    send(producer, group);
                    commit(producer, group);
                    producer.beginTransaction();
                    producer.sendOffsetsToTransaction(
                            Map.of(partition, new OffsetAndMetadata(9)), consumer.groupMetadata());
                    producer.abortTransaction();
                    LocalCluster.await("offsets of " + group, () -> {
                        OffsetAndMetadata found =
                                consumer.committed(Set.of(partition)).get(partition);
                        return found != null && found.offset() == 7;
                    });
                }
            }
            LocalCluster.await("all transactions end", () -> readCommitted().equals(committed));
        }
    }
}
