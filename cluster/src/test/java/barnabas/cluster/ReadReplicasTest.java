package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.OffsetForLeaderEpochRequest;
import barnabas.protocol.message.OffsetForLeaderEpochResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes in three racks: consumers that read from a follower, and clients that ask a broker which does not lead.
@Timeout(120)
class ReadReplicasTest {
    private static final int RECORDS = 200;

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @BeforeEach
    void start() throws Exception {
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        // fetches wait so long that a high watermark which only comes with the end of a wait would be seen
        cluster.startThree(id -> Map.of(
                "broker.rack", "rack-" + id,
                "replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector",
                "replica.fetch.wait.max.ms", "20000",
                "replica.lag.time.max.ms", "40000"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Uuid create(Admin admin, String topic, Integer... replicas) throws Exception {
        var given = admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(replicas)))))
                .topicId(topic)
                .get();
        var id = new Uuid(given.getMostSignificantBits(), given.getLeastSignificantBits());
        for (int node : cluster.nodes().keySet()) awaitTopic(node, id, List.of(replicas));
        return id;
    }

    /// Asks the node itself: an admin client of it may ask others.
    private void awaitTopic(int node, Uuid topic, List<Integer> replicas) throws Exception {
        var elsewhere = List.of(ErrorCode.UNKNOWN_TOPIC_ID.code(), ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
        try (Connection connection = connect(node)) {
            LocalCluster.await("node " + node + " has the topic", () -> {
                short error = fetch(connection, topic, 0, -1, "", new FetchRequest.ReplicaState(-1, -1))
                        .errorCode();
                return replicas.contains(node)
                        ? !elsewhere.contains(error)
                        : error == ErrorCode.NOT_LEADER_OR_FOLLOWER.code();
            });
        }
    }

    private void produce(int from, int to) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "acks", "all"),
                new IntegerSerializer(),
                new IntegerSerializer())) {
            for (int i = from; i < to; i++)
                producer.send(new ProducerRecord<>("t", 0, i, i)).get();
        }
    }

    private static void poll(KafkaConsumer<Integer, Integer> consumer, List<Integer> found, int wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (found.size() < wanted && System.nanoTime() - end < 0)
            for (ConsumerRecord<Integer, Integer> each : consumer.poll(Duration.ofMillis(100))) found.add(each.value());
    }

    private static double preferredReplica(KafkaConsumer<Integer, Integer> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals("preferred-read-replica"))
                .map(each -> ((Number) each.getValue().metricValue()).doubleValue())
                .findFirst()
                .orElse(-1.0);
    }

    @Test
    void aConsumerReadsFromTheReplicaInItsRack() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            Uuid _ = create(admin, "t", 1, 2, 3);
            LocalCluster.awaitInSync(admin, "t", 3);
            produce(0, RECORDS);
            try (var consumer = new KafkaConsumer<>(
                    Map.<String, Object>of(
                            "bootstrap.servers",
                            cluster.addresses(),
                            "client.rack",
                            "rack-3",
                            "auto.offset.reset",
                            "earliest",
                            "fetch.max.wait.ms",
                            "3000"),
                    new IntegerDeserializer(),
                    new IntegerDeserializer())) {
                consumer.assign(List.of(new TopicPartition("t", 0)));
                var found = new ArrayList<Integer>();
                poll(consumer, found, RECORDS);
                assertThat(preferredReplica(consumer)).isEqualTo(3.0);
                // each is committed only with the answer to the followers' next fetch
                for (int i = 0; i < 5; i++) {
                    produce(RECORDS + i, RECORDS + i + 1);
                    poll(consumer, found, RECORDS + i + 1);
                }
                for (int i = 0; i < RECORDS + 5; i++) assertThat(found.get(i)).isEqualTo(i);
                assertThat(preferredReplica(consumer)).isEqualTo(3.0);
                // the follower is gone: the consumer goes back to the leader
                cluster.stop(3);
                produce(RECORDS + 5, RECORDS + 10);
                poll(consumer, found, RECORDS + 10);
                assertThat(found).hasSize(RECORDS + 10);
            }
        }
    }

    private static FetchResponse.PartitionData fetch(
            Connection connection, Uuid topic, int index, int epoch, String rack, FetchRequest.ReplicaState replica)
            throws Exception {
        return partition(request(connection, topic, index, epoch, rack, replica));
    }

    private static FetchResponse.PartitionData partition(FetchResponse response) {
        return response.responses().getFirst().partitions().getFirst();
    }

    private static FetchResponse request(
            Connection connection, Uuid topic, int index, int epoch, String rack, FetchRequest.ReplicaState replica)
            throws Exception {
        var partition = FetchPartition.builder()
                .partition(index)
                .currentLeaderEpoch(epoch)
                .partitionMaxBytes(1 << 20)
                .build();
        return connection.call(
                FetchRequest.builder()
                        .replicaState(replica)
                        .maxWaitMs(0)
                        .maxBytes(1 << 20)
                        .sessionEpoch(-1)
                        .rackId(rack)
                        .topics(List.of(new FetchTopic("", topic, List.of(partition))))
                        .build(),
                FetchResponse.class);
    }

    private Connection connect(int id) throws Exception {
        String address = cluster.nodes().get(id).bootstrapServers();
        return Connection.open(Address.parse(address), ConnectionOptions.of("test"));
    }

    @Test
    void theWrongBrokerNamesTheLeader() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            Uuid topic = create(admin, "t", 1, 2);
            var consumer = new FetchRequest.ReplicaState(-1, -1);
            Address leader = Address.parse(cluster.nodes().get(1).bootstrapServers());
            try (Connection third = connect(3);
                    Connection second = connect(2)) {
                FetchResponse fetched = request(third, topic, 0, -1, "", consumer);
                assertThat(partition(fetched).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
                assertThat(partition(fetched).currentLeader()).isEqualTo(new FetchResponse.LeaderIdAndEpoch(1, 0));
                assertThat(fetched.nodeEndpoints())
                        .containsExactly(new FetchResponse.NodeEndpoint(1, leader.host(), leader.port(), "rack-1"));
                assertThat(fetch(third, topic, 9, -1, "", consumer).errorCode())
                        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
                assertThat(fetch(third, new Uuid(5, 5), 0, -1, "", consumer).errorCode())
                        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.code());
                ProduceResponse produced = produce(second, topic, 0);
                var answer =
                        produced.responses().getFirst().partitionResponses().getFirst();
                assertThat(answer.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
                assertThat(answer.currentLeader()).isEqualTo(new ProduceResponse.LeaderIdAndEpoch(1, 0));
                assertThat(produced.nodeEndpoints())
                        .containsExactly(new ProduceResponse.NodeEndpoint(1, leader.host(), leader.port(), "rack-1"));
                var absent = produce(third, topic, 0)
                        .responses()
                        .getFirst()
                        .partitionResponses()
                        .getFirst();
                assertThat(absent.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
                assertThat(absent.currentLeader()).isEqualTo(new ProduceResponse.LeaderIdAndEpoch(1, 0));
            }
        }
    }

    /// As in Kafka: a client that knows a newer epoch is not sent to look for the leader, and one with an older epoch
    /// is.
    @Test
    void theEpochOfAClientCountsBeforeTheLeader() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            Uuid topic = create(admin, "t", 1, 2);
            var answers = Map.of(
                    7, ErrorCode.UNKNOWN_LEADER_EPOCH,
                    -2, ErrorCode.FENCED_LEADER_EPOCH,
                    0, ErrorCode.NOT_LEADER_OR_FOLLOWER,
                    -1, ErrorCode.NOT_LEADER_OR_FOLLOWER);
            try (Connection follower = connect(2)) {
                for (var each : answers.entrySet()) {
                    assertThat(offsetError(follower, each.getKey())).isEqualTo(each.getValue());
                    assertThat(epochError(follower, each.getKey())).isEqualTo(each.getValue());
                }
                assertThat(fetch(follower, topic, 0, 7, "", new FetchRequest.ReplicaState(-1, -1))
                                .errorCode())
                        .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.code());
            }
        }
    }

    private static ErrorCode offsetError(Connection connection, int currentEpoch) throws Exception {
        var partition = new ListOffsetsRequest.ListOffsetsPartition(0, currentEpoch, -1);
        var request = ListOffsetsRequest.builder()
                .replicaId(-1)
                .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic("t", List.of(partition))))
                .build();
        var topics = connection.call(request, ListOffsetsResponse.class).topics();
        return ErrorCode.of(topics.getFirst().partitions().getFirst().errorCode());
    }

    private static ErrorCode epochError(Connection connection, int currentEpoch) throws Exception {
        var partition = new OffsetForLeaderEpochRequest.OffsetForLeaderPartition(0, currentEpoch, 0);
        var request = OffsetForLeaderEpochRequest.builder()
                .replicaId(-1)
                .topics(List.of(new OffsetForLeaderEpochRequest.OffsetForLeaderTopic("t", List.of(partition))))
                .build();
        var topics =
                connection.call(request, OffsetForLeaderEpochResponse.class).topics();
        return ErrorCode.of(topics.getFirst().partitions().getFirst().errorCode());
    }

    private static ProduceResponse produce(Connection connection, Uuid topic, int index) throws Exception {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .append(0, null, new byte[] {1})
                .build();
        var data = new PartitionProduceData(index, new RecordData.InMemory(batch));
        return connection.call(
                ProduceRequest.builder()
                        .transactionalId(null)
                        .acks((short) -1)
                        .timeoutMs(1_000)
                        .topicData(List.of(new TopicProduceData("", topic, List.of(data))))
                        .build(),
                ProduceResponse.class);
    }

    @Test
    void onlyReplicasFetchAsSuch() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            Uuid topic = create(admin, "t", 1, 2);
            var third = new FetchRequest.ReplicaState(3, -1);
            try (Connection leader = connect(1)) {
                assertThat(fetch(leader, topic, 0, 0, "", third).errorCode())
                        .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.code());
                assertThat(fetch(leader, topic, 0, -1, "", third).errorCode())
                        .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.code());
            }
        }
    }

    @Test
    void theLeaderSendsConsumersToAnotherRackOnlyWhenItHasAReplicaInSync() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            Uuid topic = create(admin, "t", 1, 2);
            LocalCluster.awaitInSync(admin, "t", 2);
            var consumer = new FetchRequest.ReplicaState(-1, -1);
            try (Connection leader = connect(1);
                    Connection follower = connect(2)) {
                LocalCluster.await(
                        "the follower has fetched",
                        () -> fetch(leader, topic, 0, -1, "rack-2", consumer).preferredReadReplica() == 2);
                assertThat(fetch(leader, topic, 0, -1, "rack-1", consumer).preferredReadReplica())
                        .isEqualTo(-1);
                assertThat(fetch(leader, topic, 0, -1, "rack-3", consumer).preferredReadReplica())
                        .isEqualTo(-1);
                assertThat(fetch(leader, topic, 0, -1, "", consumer).preferredReadReplica())
                        .isEqualTo(-1);
                var read = fetch(follower, topic, 0, 0, "rack-2", consumer);
                assertThat(read.errorCode()).isZero();
                assertThat(read.preferredReadReplica()).isEqualTo(-1);
                assertThat(fetch(follower, topic, 0, 7, "", consumer).errorCode())
                        .isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.code());
            }
        }
    }
}
