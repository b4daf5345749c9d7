package barnabas.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lag of a group in the metrics of its coordinator's node, of partitions that other nodes lead too.
@Timeout(300)
class ClusterLagTest {
    private static final int PARTITIONS = 6;
    private static final Pattern LAG = Pattern.compile(
            "kafka_consumergroup_lag\\{consumergroup=\"behind\",topic=\"spread\",partition=\"(\\d)\"} 3(\\.0)?\n");
    private static final Pattern SECONDS = Pattern.compile(
            "barnabas_consumergroup_lag_seconds\\{consumergroup=\"behind\",topic=\"spread\",partition=\"(\\d)\"} 0*[0-9.]*[1-9]");

    private final HttpClient client = HttpClient.newHttpClient();

    private String metrics(BarnabasCluster cluster, int node) throws IOException, InterruptedException {
        var uri = URI.create(cluster.node(node).httpUrls().getFirst() + "/metrics");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private static Set<String> partitions(Pattern pattern, String metrics) {
        var found = new HashSet<String>();
        pattern.matcher(metrics).results().forEach(each -> found.add(each.group(1)));
        return found;
    }

    private static void fill(BarnabasCluster cluster) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", cluster.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(new NewTopic("spread", PARTITIONS, (short) 3)))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 3 * PARTITIONS; i++)
                producer.send(new ProducerRecord<>("spread", i % PARTITIONS, null, "v"))
                        .get();
        }
        Map<String, Object> group = new HashMap<>(settings);
        group.put("group.id", "behind");
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (int i = 0; i < PARTITIONS; i++) offsets.put(new TopicPartition("spread", i), new OffsetAndMetadata(0));
        try (var consumer = new KafkaConsumer<>(group, new StringDeserializer(), new StringDeserializer())) {
            consumer.commitSync(offsets);
        }
    }

    @Test
    void coordinatorShowsTheLagOfPartitionsThatItsNodeFollows() throws Exception {
        try (var cluster = BarnabasCluster.start(3, Map.of("barnabas.http.listeners", "http://127.0.0.1:0"))) {
            fill(cluster);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (true) {
                int shown = 0;
                int timed = 0;
                for (int node = 1; node <= 3; node++) {
                    String metrics = metrics(cluster, node);
                    shown = Math.max(shown, partitions(LAG, metrics).size());
                    timed = Math.max(timed, partitions(SECONDS, metrics).size());
                }
                if (shown == PARTITIONS && timed == PARTITIONS) return;
                assertThat(System.nanoTime())
                        .as("partitions with their lag: " + shown + ", in time: " + timed)
                        .isLessThan(end);
            }
        }
    }
}
