package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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

/// Groups on three nodes: their coordinator is the leader of their partition of `__consumer_offsets`.
@Timeout(180)
class MovingCoordinatorTest {
    private static final String TOPIC = "t";
    private static final String GROUP = "g";

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Map<String, String> settings(int id) {
        var settings = new HashMap<>(cluster.settings(id));
        settings.put("offsets.topic.replication.factor", "3");
        settings.put("offsets.topic.num.partitions", "3");
        settings.put("group.initial.rebalance.delay.ms", "0");
        return settings;
    }

    private void start(int... ids) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id : ids) settings.put(id, settings(id));
        cluster.start(settings);
    }

    private void begin() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        start(1, 2, 3);
    }

    private KafkaConsumer<String, String> consumer(String protocol) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        cluster.addresses(),
                        "group.id",
                        GROUP,
                        "group.protocol",
                        protocol,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(TOPIC));
        return consumer;
    }

    private static void produce(KafkaProducer<String, String> producer, String value) throws Exception {
        for (int partition = 0; partition < 3; partition++)
            producer.send(new ProducerRecord<>(TOPIC, partition, null, value + partition))
                    .get();
    }

    /// Reads the records of [#produce] and commits.
    private static void consume(KafkaConsumer<String, String> consumer, String value) throws Exception {
        var seen = new TreeSet<String>();
        LocalCluster.await(value + " is read", () -> {
            consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> assertThat(seen.add(record.value())).isTrue());
            return seen.size() == 3;
        });
        assertThat(seen).containsExactly(value + "0", value + "1", value + "2");
        consumer.commitSync(Duration.ofSeconds(30));
    }

    private static int coordinator(Admin admin) throws Exception {
        return admin.describeConsumerGroups(List.of(GROUP))
                .describedGroups()
                .get(GROUP)
                .get()
                .coordinator()
                .id();
    }

    /// Nodes that answer for the group, each asked by itself.
    private Set<Integer> coordinatingNodes() throws Exception {
        var coordinating = new TreeSet<Integer>();
        for (Map.Entry<Integer, Barnabas> each : cluster.nodes().entrySet()) {
            Address address = Address.parse(each.getValue().bootstrapServers());
            try (var connection = Connection.open(address, ConnectionOptions.of("test"))) {
                OffsetFetchResponse response = connection.call(
                        OffsetFetchRequest.builder()
                                .groups(List.of(OffsetFetchRequestGroup.builder()
                                        .groupId(GROUP)
                                        .memberEpoch(-1)
                                        .topics(null)
                                        .build()))
                                .build(),
                        OffsetFetchResponse.class);
                short error = response.groups().getFirst().errorCode();
                if (error == ErrorCode.NONE.code()) coordinating.add(each.getKey());
                else assertThat(ErrorCode.of(error)).isEqualTo(ErrorCode.NOT_COORDINATOR);
            }
        }
        return coordinating;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupGoesOnWhenItsCoordinatorStops(String protocol) throws Exception {
        begin();
        // before a consumer asks for it, which would have it created with the defaults
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.createTopic(admin, TOPIC, 3, 2);
        }
        try (Admin admin = LocalCluster.admin(cluster.addresses());
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", cluster.addresses()),
                        new StringSerializer(),
                        new StringSerializer());
                var consumer = consumer(protocol)) {
            for (int round = 0; round < 2; round++) {
                produce(producer, "before" + round + "-");
                consume(consumer, "before" + round + "-");
                int member = consumer.groupMetadata().generationId();
                String id = consumer.groupMetadata().memberId();
                int stopped = coordinator(admin);
                assertThat(coordinatingNodes()).containsExactly(stopped);

                cluster.stop(stopped);
                produce(producer, "after" + round + "-");
                consume(consumer, "after" + round + "-");
                assertThat(consumer.groupMetadata().memberId()).isEqualTo(id);
                assertThat(consumer.groupMetadata().generationId()).isEqualTo(member);
                int next = coordinator(admin);
                assertThat(next).isNotEqualTo(stopped);
                assertThat(coordinatingNodes()).containsExactly(next);

                start(stopped);
                LocalCluster.awaitInSync(admin, "__consumer_offsets", 3);
                assertThat(coordinatingNodes()).containsExactly(next);
            }
            var offsets = admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(offsets.get(new TopicPartition(TOPIC, 0)).offset()).isEqualTo(4);
        }
    }

    @Test
    void internalTopicsWaitForAsManyBrokersAsTheyHaveReplicas() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        start(1, 2);
        try (Admin admin = LocalCluster.admin(cluster.addresses());
                var consumer = consumer("classic")) {
            consumer.poll(Duration.ofMillis(500));
            assertThat(admin.listTopics().names().get()).doesNotContain("__consumer_offsets");
            start(3);
            LocalCluster.await("the topic is there", () -> {
                consumer.poll(Duration.ofMillis(100));
                return admin.describeTopics(List.of("__consumer_offsets"))
                                .allTopicNames()
                                .get()
                        != null;
            });
            List<TopicPartitionInfo> partitions = LocalCluster.partitions(admin, "__consumer_offsets");
            assertThat(partitions).hasSize(3).allMatch(each -> each.replicas().size() == 3);
        }
    }
}
