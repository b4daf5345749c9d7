package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import barnabas.protocol.message.DeleteRecordsResponse;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ReplicaState;
import barnabas.protocol.message.FetchResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// DeleteRecords on a partition with three replicas.
@Timeout(120)
class DeletedRecordsTest {
    private static final int CONSUMER = -1;
    private static final int PATIENCE_MILLIS = 10_000;

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());
    private Uuid topic = Uuid.ZERO;
    private int leader;

    @BeforeEach
    void start() throws Exception {
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        // longer than the requests wait: a follower that is not woken is late
        cluster.startThree(_ -> Map.of("replica.fetch.wait.max.ms", "20000", "replica.lag.time.max.ms", "40000"));
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.createTopic(admin, "t", 1, 2);
            LocalCluster.awaitInSync(admin, "t", 3);
            var found = admin.describeTopics(List.of("t")).allTopicNames().get().get("t");
            var given = found.topicId();
            topic = new Uuid(given.getMostSignificantBits(), given.getLeastSignificantBits());
            leader = found.partitions().getFirst().leader().id();
        }
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "acks", "all"),
                new IntegerSerializer(),
                new IntegerSerializer())) {
            for (int i = 0; i < 10; i++)
                producer.send(new ProducerRecord<>("t", i, i)).get();
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Connection connect(int id) throws Exception {
        Barnabas node = cluster.nodes().get(id);
        if (node == null) throw new AssertionError("node " + id + " does not run");
        return Connection.open(Address.parse(node.bootstrapServers()), ConnectionOptions.of("test"));
    }

    private DeleteRecordsPartitionResult delete(long before, int timeoutMillis) throws Exception {
        var request = DeleteRecordsRequest.builder()
                .topics(List.of(new DeleteRecordsTopic("t", List.of(new DeleteRecordsPartition(0, before)))))
                .timeoutMs(timeoutMillis)
                .build();
        try (Connection connection = connect(leader)) {
            return connection
                    .call(request, DeleteRecordsResponse.class)
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst();
        }
    }

    private long logStart(int id) throws Exception {
        var partition =
                FetchPartition.builder().fetchOffset(10).partitionMaxBytes(1).build();
        var request = FetchRequest.builder()
                .replicaState(new ReplicaState(CONSUMER, CONSUMER))
                .maxBytes(1)
                .sessionEpoch(-1)
                .topics(List.of(new FetchTopic("", topic, List.of(partition))))
                .build();
        try (Connection connection = connect(id)) {
            return connection
                    .call(request, FetchResponse.class)
                    .responses()
                    .getFirst()
                    .partitions()
                    .getFirst()
                    .logStartOffset();
        }
    }

    @Test
    void areGoneFromAllReplicasWhenTheRequestIsAnswered() throws Exception {
        assertThat(delete(4, PATIENCE_MILLIS)).isEqualTo(new DeleteRecordsPartitionResult(0, 4, (short) 0));
        for (int id : cluster.nodes().keySet()) assertThat(logStart(id)).isEqualTo(4);
    }

    @Test
    void areAnsweredAsTimedOutWhileFollowersHaveThem() throws Exception {
        var lateResult = delete(4, 0);
        assertThat(ErrorCode.of(lateResult.errorCode())).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(delete(3, PATIENCE_MILLIS).lowWatermark()).isEqualTo(4);
    }

    @Test
    void waitForNoReplicaOfABrokerThatIsGone() throws Exception {
        int gone = leader == 1 ? 2 : 1;
        cluster.stop(gone);
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            LocalCluster.awaitInSync(admin, "t", 2);
        }
        assertThat(delete(4, PATIENCE_MILLIS)).isEqualTo(new DeleteRecordsPartitionResult(0, 4, (short) 0));
        for (int id : cluster.nodes().keySet()) assertThat(logStart(id)).isEqualTo(4);
    }
}
