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
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Transactions of the official Java producer with its own defaults, one after the other: begin, send some records
/// around the partitions of a topic, commit.
public final class JavaTransactions implements Closeable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics.Topic topic;
    private final List<byte[]> values = new ArrayList<>();

    /// @param records in each transaction
    /// @param recordBytes of each value
    public JavaTransactions(String bootstrap, Topics.Topic topic, int records, int recordBytes) {
        this.topic = topic;
        Payload payload = new Payload(1);
        for (int i = 0; i < records; i++) {
            values.add(payload.next(recordBytes));
        }
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic.name());
        config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
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
            producer.beginTransaction();
            for (int i = 0; i < values.size(); i++) {
                byte[] value = values.get(i);
                // Whatever a send fails with is thrown by the commit.
                var _ = producer.send(new ProducerRecord<>(topic.name(), i % topic.partitions(), null, value));
                bytes += value.length;
            }
            producer.commitTransaction();
            now = System.nanoTime();
            latency.recordValue(now - begun);
            count++;
        }
        return new LoadResult(count, bytes, now - start, latency);
    }

    @Override
    public void close() {
        producer.close();
    }
}
