package barnabas.conformance.chaos;

import barnabas.conformance.crash.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Measures how long a group's coordinator answers nothing: an offset of a group without members is committed all the
/// time.
final class Commits implements AutoCloseable {
    private static final int BLOCK_MILLIS = 300_000;
    private static final int REQUEST_MILLIS = 3_000;

    private final Topic topic;
    private final long pauseMillis;
    private final Moments committed = new Moments();
    private final Thread committing;
    private volatile boolean stopping;
    private volatile @Nullable String failure;

    /// @param pauseMillis after each answer
    Commits(Topic topic, long pauseMillis) {
        this.topic = topic;
        this.pauseMillis = pauseMillis;
        this.committing = Thread.ofPlatform().name("commits").start(this::commit);
    }

    private void commit() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "group.id",
                "commits",
                "enable.auto.commit",
                false,
                "request.timeout.ms",
                REQUEST_MILLIS,
                "default.api.timeout.ms",
                BLOCK_MILLIS);
        var partition = new TopicPartition(topic.name(), 0);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            for (int offset = 0; !stopping; offset++) {
                consumer.commitSync(
                        Map.of(partition, new OffsetAndMetadata(offset)), Duration.ofMillis(BLOCK_MILLIS));
                committed.add();
                Thread.sleep(pauseMillis);
            }
        } catch (KafkaException | InterruptedException e) {
            failure = "a commit failed: " + e;
        }
    }

    Moments moments() {
        return committed;
    }

    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            committing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
