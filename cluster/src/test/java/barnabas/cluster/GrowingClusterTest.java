package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node alone becomes one of three and is alone again, while clients with default settings work.
@Timeout(180)
class GrowingClusterTest {
    private static final String NUMBERS = "numbers";
    private static final String WORDS = "words";
    private static final String GROUP = "g";
    private static final TopicPartition WORD = new TopicPartition(WORDS, 0);
    private static final int PARTITIONS = 2;
    private static final int STEP = 200;

    @TempDir
    private Path folder;

    private List<Integer> ports = List.of();
    private final Map<Integer, Barnabas> nodes = new TreeMap<>();

    @AfterEach
    void stop() {
        List.copyOf(nodes.values()).forEach(Barnabas::close);
    }

    /// Settings of a node as `barnabas start` has them.
    private Map<String, String> alone() {
        var settings = new HashMap<String, String>();
        settings.put("node.id", "1");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + ports.getFirst());
        settings.put("log.dirs", folder.resolve("n1").toString());
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.num.partitions", "2");
        return settings;
    }

    private Map<String, String> settings(int id) {
        var settings = new HashMap<>(alone());
        settings.put("node.id", "" + id);
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.get(id - 1) + ",CONTROLLER://127.0.0.1:" + ports.get(id + 2));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put(
                "controller.quorum.bootstrap.servers",
                "127.0.0.1:" + ports.get(3) + ",127.0.0.1:" + ports.get(4) + ",127.0.0.1:" + ports.get(5));
        settings.put("controller.quorum.auto.join.enable", "true");
        settings.put("controller.quorum.election.timeout.ms", "300");
        settings.put("controller.quorum.fetch.timeout.ms", "900");
        settings.put("log.dirs", folder.resolve("n" + id).toString());
        return settings;
    }

    private String addresses() {
        return "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1) + ",127.0.0.1:" + ports.get(2);
    }

    private Barnabas node(int id) {
        Barnabas node = nodes.get(id);
        if (node == null) throw new IllegalArgumentException("node " + id + " does not run");
        return node;
    }

    private void stop(int id) {
        node(id).close();
        nodes.remove(id);
    }

    private static Set<Integer> voters(Admin admin) throws Exception {
        var ids = new TreeSet<Integer>();
        for (QuorumInfo.ReplicaState each :
                admin.describeMetadataQuorum().quorumInfo().get().voters()) ids.add(each.replicaId());
        return ids;
    }

    /// Gives every partition that there is these replicas, and waits until they are in sync.
    private static void replicate(Admin admin, Integer... replicas) throws Exception {
        var wanted = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        for (String topic : List.of(NUMBERS, WORDS, "__consumer_offsets", "__transaction_state"))
            LocalCluster.partitions(admin, topic)
                    .forEach(each -> wanted.put(
                            new TopicPartition(topic, each.partition()),
                            Optional.of(new NewPartitionReassignment(List.of(replicas)))));
        admin.alterPartitionReassignments(wanted).all().get();
        for (String topic : List.of(NUMBERS, WORDS, "__consumer_offsets", "__transaction_state"))
            LocalCluster.await(
                    topic + " on " + List.of(replicas),
                    () -> LocalCluster.partitions(admin, topic).stream()
                            .allMatch(each -> each.leader() != null
                                    && each.replicas().size() == replicas.length
                                    && each.isr().size() == replicas.length));
    }

    private static void awaitProgress(NumberedRecords load) throws Exception {
        int before = load.acknowledged();
        LocalCluster.await("the load goes on", () -> load.acknowledged() > before + STEP);
    }

    private KafkaProducer<String, String> transactional() {
        var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", addresses(), "transactional.id", "x"),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    private static void send(KafkaProducer<String, String> producer, String word) throws Exception {
        producer.send(new ProducerRecord<>(WORDS, word)).get();
    }

    private List<String> committedWords() {
        var words = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", addresses(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(WORD));
            consumer.seekToBeginning(List.of(WORD));
            long end = consumer.endOffsets(List.of(WORD)).getOrDefault(WORD, 0L);
            while (consumer.position(WORD) < end)
                consumer.poll(Duration.ofMillis(100)).forEach(each -> words.add(each.value()));
        }
        return words;
    }

    private static long committed(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(WORD)
                .offset();
    }

    private void growToThree() throws Exception {
        stop(1);
        nodes.put(1, ClusterNode.start(settings(1)));
        for (int id = 2; id <= 3; id++) nodes.put(id, ClusterNode.start(settings(id)));
    }

    private void shrinkToOne(Admin admin) throws Exception {
        for (int id : List.of(3, 2)) {
            for (QuorumInfo.ReplicaState each :
                    admin.describeMetadataQuorum().quorumInfo().get().voters())
                if (each.replicaId() == id)
                    admin.removeRaftVoter(id, each.replicaDirectoryId()).all().get();
            stop(id);
            admin.unregisterBroker(id).all().get();
        }
        assertThat(voters(admin)).containsExactly(1);
        stop(1);
        nodes.put(1, Barnabas.start(alone()));
    }

    @Test
    void oneBecomesThreeAndOneAgainUnderLoad() throws Exception {
        ports = ClusterNode.freePorts(6);
        nodes.put(1, Barnabas.start(alone()));
        try (Admin admin = LocalCluster.admin(addresses())) {
            admin.createTopics(List.of(new NewTopic(NUMBERS, PARTITIONS, (short) 1), new NewTopic(WORDS, 1, (short) 1)))
                    .all()
                    .get();
            admin.alterConsumerGroupOffsets(GROUP, Map.of(WORD, new OffsetAndMetadata(7)))
                    .all()
                    .get();
            try (var load = new NumberedRecords(NUMBERS, PARTITIONS, addresses(), 4);
                    var producer = transactional()) {
                producer.beginTransaction();
                send(producer, "alone");
                producer.commitTransaction();
                producer.beginTransaction();
                send(producer, "growing");
                awaitProgress(load);

                growToThree();
                LocalCluster.await("three voters", () -> voters(admin).equals(Set.of(1, 2, 3)));
                LocalCluster.await(
                        "three brokers",
                        () -> admin.describeCluster().nodes().get().size() == 3);
                replicate(admin, 1, 2, 3);
                producer.commitTransaction();
                awaitProgress(load);
                assertThat(committed(admin)).isEqualTo(7);
                assertThat(committedWords()).containsExactly("alone", "growing");

                stop(1);
                awaitProgress(load);
                nodes.put(1, ClusterNode.start(settings(1)));
                producer.beginTransaction();
                send(producer, "shrinking");
                replicate(admin, 1, 2, 3);
                replicate(admin, 1);
                shrinkToOne(admin);
                producer.commitTransaction();
                awaitProgress(load);
                assertThat(committed(admin)).isEqualTo(7);
                assertThat(committedWords()).containsExactly("alone", "growing", "shrinking");
                assertThat(load.verify(addresses())).isPositive();
            }
        }
    }
}
