package barnabas.sql.definitions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The right to write definitions: the transactional id that all servers of a service share. The server that claims it
/// last has it.
final class DefinitionWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DefinitionWriter.class);
    private static final int TRANSACTION_MS = 30_000;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    private DefinitionWriter(String topic, KafkaProducer<byte[], byte[]> producer) {
        this.topic = topic;
        this.producer = producer;
    }

    static DefinitionWriter claimed(String topic, Map<String, Object> client) {
        var settings = new HashMap<>(client);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
        var made = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            made.initTransactions();
        } catch (RuntimeException | Error e) {
            made.close(Duration.ZERO);
            throw e;
        }
        return new DefinitionWriter(topic, made);
    }

    /// @return offset behind the last record; empty when another server has claimed the right since: nothing is written
    ///     then
    OptionalLong write(List<Definition> definitions, List<String> gone) throws InterruptedException {
        try {
            producer.beginTransaction();
            // The commit fails when one of them does.
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (Definition each : definitions)
                sent.add(producer.send(record(DefinitionForm.key(each), DefinitionForm.bytes(each))));
            for (String each : gone) sent.add(producer.send(record(each, null)));
            producer.commitTransaction();
            long end = 0;
            for (Future<RecordMetadata> each : sent)
                end = Math.max(end, each.get().offset() + 1);
            return OptionalLong.of(end);
        } catch (ExecutionException e) {
            throw new KafkaException("A record of a transaction that was committed was not sent", e);
        } catch (KafkaException e) {
            LOG.info("The right to write to {} is lost: {}", topic, e.getMessage());
            return OptionalLong.empty();
        }
    }

    private ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
