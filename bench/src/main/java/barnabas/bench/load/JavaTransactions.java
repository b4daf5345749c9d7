package barnabas.bench.load;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Transactions of the official Java producer with its own defaults, one after the other: begin, send some records
/// around the partitions of a topic, commit.
///
/// Kafka's producer (4.4.0) rarely commits ahead of its own records: its network thread looks for unsent records, and
/// only then takes the next transactional request, so that a whole transaction which is added in between begins with
/// EndTxn. Barnabas and Apache Kafka refuse that with INVALID_TXN_STATE, and the producer has to be replaced.
public final class JavaTransactions implements Closeable {
    private static final int MAX_REPLACED = 3;
    private final Map<String, Object> config = new HashMap<>();
    private final Topics.Topic topic;
    private final List<byte[]> values = new ArrayList<>();
    private KafkaProducer<byte[], byte[]> producer;
    private int replaced;

    /// @param records in each transaction
    /// @param recordBytes of each value
    public JavaTransactions(String bootstrap, Topics.Topic topic, int records, int recordBytes) {
        this.topic = topic;
        Payload payload = new Payload(1);
        for (int i = 0; i < records; i++) {
            values.add(payload.next(recordBytes));
        }
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic.name());
        config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        producer = open();
    }

    private KafkaProducer<byte[], byte[]> open() {
        var opened = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        opened.initTransactions();
        return opened;
    }

    /// Latency counts from the begin of a transaction until its commit has come back.
    ///
    /// @param another whether to go on after so many
    public LoadResult inARow(LongPredicate another) {
        Histogram latency = LoadResult.newHistogram();
        long count = 0;
        long bytes = 0;
        long start = System.nanoTime();
        long now = start;
        while (another.test(count)) {
            long begun = now;
            try {
                bytes += commitOne();
            } catch (InvalidTxnStateException e) {
                replace(e);
                now = System.nanoTime();
                continue;
            }
            now = System.nanoTime();
            latency.recordValue(now - begun);
            count++;
        }
        return new LoadResult(count, bytes, now - start, latency);
    }

    /// @return the bytes of the values
    private long commitOne() {
        long bytes = 0;
        producer.beginTransaction();
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            // Whatever a send fails with is thrown by the commit.
            var _ = producer.send(new ProducerRecord<>(topic.name(), i % topic.partitions(), null, value));
            bytes += value.length;
        }
        producer.commitTransaction();
        return bytes;
    }

    private void replace(InvalidTxnStateException e) {
        if (++replaced > MAX_REPLACED) {
            throw e;
        }
        System.err.printf("%s: the producer committed ahead of its records, a new one goes on%n", topic.name());
        producer.close();
        producer = open();
    }

    @Override
    public void close() {
        producer.close();
    }
}
