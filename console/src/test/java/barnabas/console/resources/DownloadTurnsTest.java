package barnabas.console.resources;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.ConnectionOptions;
import barnabas.console.records.KnownSchemas;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Turns;
import barnabas.console.view.User;
import barnabas.net.http.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Downloads hold their text over several pages, so their turn covers all of them.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DownloadTurnsTest {
    private static final int RECORDS = 1_200;

    private final Turns downloads = new Turns(1, Duration.ofSeconds(60));
    private final AtomicBoolean otherHasBegun = new AtomicBoolean();
    private final AtomicReference<Thread> other = new AtomicReference<>();

    @Test
    void anotherDownloadBeginsBehindTheLastPage(@TempDir Path data) throws Exception {
        try (Barnabas node =
                Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()))) {
            fill(node);
            InetSocketAddress at = node.address();
            var cluster = new Cluster(
                    List.of(new Address(at.getHostString(), at.getPort())),
                    ConnectionOptions.of("test"),
                    Duration.ofSeconds(30),
                    new Random(1));
            try (var user = new User(null, cluster, new Random(1), Runnable::run)) {
                Topic topic = TopicRoutes.topicOf("t", user);
                var looked = new AtomicInteger();
                var overtaken = new AtomicBoolean();
                var lines = new RecordLines(request(), user, topic, KnownSchemas.none(), _ -> {
                    if (looked.incrementAndGet() == 1) beginAnother();
                    if (otherHasBegun.get()) overtaken.set(true);
                    return true;
                });
                lines.answer(downloads, new Turns(1, Duration.ofSeconds(60)));
                other.get().join();
                assertThat(looked.get()).isGreaterThanOrEqualTo(RECORDS);
                assertThat(otherHasBegun).isTrue();
                assertThat(overtaken).isFalse();
            }
        }
    }

    private static ApiRequest request() throws Exception {
        return ApiRequest.of(
                new HttpRequest(
                        "GET",
                        "/",
                        "/",
                        "format=lines&order=oldest",
                        Map.of(),
                        ByteBuffer.allocate(0),
                        InetAddress.getLoopbackAddress(),
                        false),
                Map.of());
    }

    /// Waits for its turn before the first page ends.
    private void beginAnother() {
        Thread begun = Thread.ofPlatform().start(() -> {
            try (var _ = downloads.take()) {
                otherHasBegun.set(true);
            } catch (ApiProblem | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        other.set(begun);
        while (begun.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
    }

    private static void fill(Barnabas node) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++) producer.send(new ProducerRecord<>("t", "k" + i, "v"));
        }
    }
}
