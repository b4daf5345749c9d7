package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Committed offsets are read while no controller takes heartbeats.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class OffsetsWithoutControllerTest {
    private static final TopicPartition WORDS = new TopicPartition("words", 0);
    private static final int CONTROLLER = 1;
    /// Several sessions of a broker, of 1.5 s.
    private static final Duration OUTAGE = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private Map<Integer, Map<String, String>> controllerAndBrokers(LocalCluster cluster) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        Map<String, String> all = new HashMap<>(cluster.settings(CONTROLLER));
        all.put("offsets.topic.replication.factor", "3");
        for (int id = 1; id <= 4; id++) {
            ClusterNode.format(id, folder);
            settings.put(id, id == CONTROLLER ? ClusterNode.controller(all) : ClusterNode.broker(id, all, folder));
        }
        return settings;
    }

    private static long committed(Admin admin) throws Exception {
        return admin.listConsumerGroupOffsets("g")
                .partitionsToOffsetAndMetadata()
                .get()
                .get(WORDS)
                .offset();
    }

    @Test
    void offsetsAreReadFromTheReplicasThatAreInSync() throws Exception {
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(1))) {
            cluster.start(controllerAndBrokers(cluster));
            try (Admin admin = cluster.admin(2)) {
                LocalCluster.createTopic(admin, WORDS.topic(), 1, 1);
                admin.alterConsumerGroupOffsets("g", Map.of(WORDS, new OffsetAndMetadata(7)))
                        .all()
                        .get();
                LocalCluster.awaitInSync(admin, "__consumer_offsets", 3);
                cluster.stop(CONTROLLER);
                long end = System.nanoTime() + OUTAGE.toNanos();
                while (System.nanoTime() - end < 0) assertThat(committed(admin)).isEqualTo(7);
            }
        }
    }
}
