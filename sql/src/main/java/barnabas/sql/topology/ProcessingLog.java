package barnabas.sql.topology;

import barnabas.base.Clock;
import barnabas.base.Mutex;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes why values of queries cannot be computed to the topic of bad records. Rows are not written: their values may
/// be confidential.
///
/// The connection is made with the first problem. Safe for use by many threads.
public final class ProcessingLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessingLog.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int BLOCK_MS_MAX = 1_000;
    private static final int TYPE_OF_VALUES = 1;

    /// Problems of one query that are written in a second; more of them say the same.
    static final int A_SECOND_MAX = 10;

    private final Map<String, Object> settings;
    private final String topic;
    private final Clock clock;
    private final Mutex mutex = new Mutex();
    /// Guarded by `mutex`.
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    /// Guarded by `mutex`.
    private boolean closed;

    /// @param client settings of the cluster's clients
    public ProcessingLog(Map<String, Object> client, String topic, Clock clock) {
        settings = new HashMap<>(client);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MS_MAX);
        this.topic = topic;
        this.clock = clock;
    }

    /// The problems of one query.
    public ValueProblems of(String query, String statement) {
        var second = new AtomicLong();
        var written = new AtomicLong();
        return problem -> {
            long now = TimeUnit.MILLISECONDS.toSeconds(clock.millis());
            if (second.getAndSet(now) != now) written.set(0);
            if (written.incrementAndGet() <= A_SECOND_MAX) write(query, statement, problem);
        };
    }

    private void write(String query, String statement, RuntimeException problem) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("level", "ERROR");
        node.put("logger", "processing." + query);
        node.put("time", clock.millis());
        ObjectNode message = node.putObject("message");
        message.put("type", TYPE_OF_VALUES);
        message.put("queryId", query);
        message.put("statement", statement);
        message.put("errorMessage", String.valueOf(problem.getMessage() == null ? problem : problem.getMessage()));
        try (var _ = mutex.hold()) {
            if (closed) return;
            KafkaProducer<byte[], byte[]> current = producer;
            if (current == null) {
                current = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                producer = current;
            }
            var _ = current.send(new ProducerRecord<>(
                    topic, query.getBytes(StandardCharsets.UTF_8), MAPPER.writeValueAsBytes(node)));
        } catch (KafkaException | JsonProcessingException e) {
            LOG.warn("A problem of query {} is not in the processing log: {}", query, e.toString());
        }
    }

    @Override
    public void close() {
        try (var _ = mutex.hold()) {
            closed = true;
            if (producer != null) producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
