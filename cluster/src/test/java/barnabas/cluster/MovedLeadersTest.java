package barnabas.cluster;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Leaders that move while followers wait for records at the new leader.
@Timeout(120)
class MovedLeadersTest {
    /// Followers without new records would wait for so long before they fetch what has moved.
    private static final String FETCH_WAIT_MILLIS = "60000";

    @TempDir
    private Path folder;

    @Test
    void followersFetchFromANewLeaderAtOnce() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        try (var cluster = new LocalCluster(folder, ports)) {
            var settings = new TreeMap<Integer, Map<String, String>>();
            for (int id = 1; id <= 3; id++) {
                ClusterNode.format(id, folder);
                var own = new HashMap<>(cluster.settings(id));
                own.put("replica.fetch.wait.max.ms", FETCH_WAIT_MILLIS);
                own.put("replica.lag.time.max.ms", "120000");
                own.put("replica.socket.timeout.ms", "90000");
                settings.put(id, own);
            }
            cluster.start(settings);
            try (Admin admin = LocalCluster.admin(cluster.addresses());
                    var producer = new KafkaProducer<>(
                            Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "acks", "all"),
                            new StringSerializer(),
                            new StringSerializer())) {
                // The followers of the second topic wait at node 2 when it begins to lead the first one.
                create(admin, "moves", List.of(1, 2, 3));
                create(admin, "idle", List.of(2, 1, 3));
                LocalCluster.awaitInSync(admin, "moves", 3);
                producer.send(new ProducerRecord<>("idle", "a")).get(20, TimeUnit.SECONDS);
                producer.send(new ProducerRecord<>("moves", "a")).get(20, TimeUnit.SECONDS);
                cluster.stop(1);
                producer.send(new ProducerRecord<>("moves", "b")).get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static void create(Admin admin, String topic, List<Integer> replicas) throws Exception {
        admin.createTopics(
                        List.of(new NewTopic(topic, Map.of(0, replicas)).configs(Map.of("min.insync.replicas", "2"))))
                .all()
                .get();
    }
}
