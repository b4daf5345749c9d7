package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Leaders that move while followers and consumers wait for records at the new leader.
@Timeout(120)
class MovedLeadersTest {
    /// Followers without new records would wait for so long before they fetch what has moved.
    private static final String FETCH_WAIT_MILLIS = "60000";

    private static final Duration READ_MAX = Duration.ofSeconds(20);

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

    /// The consumer waits at node 2 for records of the second topic, in a fetch without the first one.
    @Test
    void consumersFetchFromANewLeaderAtOnce() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        try (var cluster = new LocalCluster(folder, ports)) {
            for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
            cluster.start(1, 2, 3);
            var consuming = Map.<String, Object>of(
                    "bootstrap.servers",
                    cluster.addresses(),
                    "auto.offset.reset",
                    "earliest",
                    "request.timeout.ms",
                    "90000",
                    "fetch.max.wait.ms",
                    FETCH_WAIT_MILLIS);
            try (Admin admin = LocalCluster.admin(cluster.addresses());
                    var producer = new KafkaProducer<>(
                            Map.<String, Object>of("bootstrap.servers", cluster.addresses()),
                            new StringSerializer(),
                            new StringSerializer());
                    var consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer())) {
                create(admin, "moves", List.of(1, 2, 3));
                create(admin, "idle", List.of(2, 1, 3));
                LocalCluster.awaitInSync(admin, "moves", 3);
                LocalCluster.awaitInSync(admin, "idle", 3);
                producer.send(new ProducerRecord<>("idle", "a")).get(20, TimeUnit.SECONDS);
                producer.send(new ProducerRecord<>("moves", "a")).get(20, TimeUnit.SECONDS);
                consumer.assign(List.of(new TopicPartition("moves", 0), new TopicPartition("idle", 0)));
                assertThat(read(consumer, 2)).containsExactlyInAnyOrder("idle a", "moves a");
                // sends the fetches that wait
                assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
                var stopping = CompletableFuture.runAsync(() -> cluster.stop(1));
                var sent = stopping.thenCompose(_ -> send(producer, new ProducerRecord<>("moves", "b")));
                assertThat(read(consumer, 1)).containsExactly("moves b");
                sent.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static CompletableFuture<Long> send(
            KafkaProducer<String, String> producer, ProducerRecord<String, String> what) {
        var sent = new CompletableFuture<Long>();
        var _ = producer.send(what, (at, error) -> {
            if (error == null) sent.complete(at.offset());
            else sent.completeExceptionally(error);
        });
        return sent;
    }

    private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
        var found = new ArrayList<String>();
        long end = System.nanoTime() + READ_MAX.toNanos();
        while (found.size() < count && System.nanoTime() - end < 0)
            for (var each : consumer.poll(Duration.ofMillis(100))) found.add(each.topic() + " " + each.value());
        return found;
    }

    private static void create(Admin admin, String topic, List<Integer> replicas) throws Exception {
        admin.createTopics(
                        List.of(new NewTopic(topic, Map.of(0, replicas)).configs(Map.of("min.insync.replicas", "2"))))
                .all()
                .get();
    }
}
