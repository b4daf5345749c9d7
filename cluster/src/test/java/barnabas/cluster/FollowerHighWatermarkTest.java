package barnabas.cluster;

import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.Uuid;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The high watermark of followers of a partition to which nothing more is appended.
@Timeout(120)
class FollowerHighWatermarkTest {
    private static final int CONSUMER = -1;

    @TempDir
    private Path folder;

    @Test
    void reachesTheEndWithoutAnotherRecord() throws Exception {
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
            cluster.start(1, 2, 3);
            Uuid topic;
            try (Admin admin = LocalCluster.admin(cluster.addresses())) {
                LocalCluster.createTopic(admin, "t", 1, 2);
                LocalCluster.awaitInSync(admin, "t", 3);
                var given = admin.describeTopics(List.of("t"))
                        .allTopicNames()
                        .get()
                        .get("t")
                        .topicId();
                topic = new Uuid(given.getMostSignificantBits(), given.getLeastSignificantBits());
            }
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "acks", "all"),
                    new IntegerSerializer(),
                    new IntegerSerializer())) {
                producer.send(new ProducerRecord<>("t", 1, 1)).get();
            }
            for (int id : cluster.nodes().keySet()) awaitHighWatermark(cluster, id, topic);
        }
    }

    private static void awaitHighWatermark(LocalCluster cluster, int id, Uuid topic) throws Exception {
        String address = cluster.nodes().get(id).bootstrapServers();
        try (Connection connection = Connection.open(Address.parse(address), ConnectionOptions.of("test"))) {
            LocalCluster.await("high watermark 1 on node " + id, () -> highWatermark(connection, topic) == 1);
        }
    }

    private static long highWatermark(Connection connection, Uuid topic) throws Exception {
        var partition = FetchPartition.builder().partitionMaxBytes(1 << 20).build();
        FetchResponse response = connection.call(
                FetchRequest.builder()
                        .replicaState(new ReplicaState(CONSUMER, CONSUMER))
                        .maxBytes(1 << 20)
                        .sessionEpoch(-1)
                        .topics(List.of(new FetchTopic("", topic, List.of(partition))))
                        .build(),
                FetchResponse.class);
        return response.responses().getFirst().partitions().getFirst().highWatermark();
    }
}
