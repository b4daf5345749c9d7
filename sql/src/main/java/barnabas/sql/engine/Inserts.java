package barnabas.sql.engine;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Records of INSERT VALUES and of `/inserts-stream`.
public final class Inserts implements AutoCloseable {
    private static final int WAIT_MS = 10_000;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Codecs codecs;

    public Inserts(Map<String, Object> client, Codecs codecs) {
        this.codecs = codecs;
        var settings = new HashMap<>(client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WAIT_MS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * WAIT_MS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_MS);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Sends a record; the future ends when all in-sync replicas have it.
    ///
    /// @param timestamp milliseconds; null for now
    /// @throws SerializationException when the row has no place in the formats
    public Future<RecordMetadata> send(
            DataSource target, @Nullable Row key, @Nullable Row value, @Nullable Long timestamp) {
        ReadOnlyTopics.refuse(target.topic());
        byte[] keyBytes = key == null ? null : codecs.key(target).encode(key);
        byte[] valueBytes = value == null ? null : codecs.value(target).encode(value);
        return producer.send(new ProducerRecord<>(target.topic(), null, timestamp, keyBytes, valueBytes));
    }

    /// Waits for a record that was sent.
    public static void await(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw ClusterTopics.failure(e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_MAX);
    }
}
