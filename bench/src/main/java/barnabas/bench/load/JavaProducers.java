package barnabas.bench.load;

import barnabas.bench.load.ProduceRequests.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// The official Java producer, one or many, with its own defaults: idempotent, acks=all.
///
/// Each producer writes to one partition. What goes into one request is the client's decision: `requestsPerSecond` only
/// says how often the records of one request are handed to `send`.
public final class JavaProducers implements Producer {
    private static final int DISTINCT_VALUES = 1024;

    private final List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final String topic;
    private final Shape shape;
    private final List<byte[]> values = new ArrayList<>();
    private long handedOver;

    /// One producer for each partition.
    ///
    /// @param settings of the connection
    /// @param lingerMillis `linger.ms`
    public JavaProducers(Map<String, String> settings, Topics.Topic topic, Shape shape, int lingerMillis) {
        this.topic = topic.name();
        this.shape = shape;
        Payload payload = new Payload(1);
        for (int i = 0; i < DISTINCT_VALUES; i++) {
            values.add(payload.next(shape.recordBytes()));
        }
        Map<String, Object> config = new HashMap<>(settings);
        config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, shape.compression().name);
        config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        for (int i = 0; i < topic.partitions(); i++) {
            producers.add(new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
        }
    }

    @Override
    public LoadResult openLoop(double requestsPerSecond, double seconds, long startNanos)
            throws IOException, InterruptedException {
        long total = Math.max(1, (long) (requestsPerSecond * seconds));
        double intervalNanos = 1e9 / requestsPerSecond;
        Histogram latency = new ConcurrentHistogram(LoadResult.newHistogram());
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        AtomicLong lastNanos = new AtomicLong();
        double requestsBefore = requests();
        Pacer.sharpen();
        for (long i = 0; i < total && failure.get() == null; i++) {
            long intended = startNanos + (long) (i * intervalNanos);
            Pacer.await(intended);
            int partition = (int) (i % producers.size());
            for (int r = 0; r < shape.recordsPerBatch(); r++) {
                byte[] value = values.get((int) (handedOver++ % DISTINCT_VALUES));
                Future<RecordMetadata> _ = producers
                        .get(partition)
                        .send(new ProducerRecord<>(topic, partition, null, value), (metadata, error) -> {
                            long now = System.nanoTime();
                            if (error != null) {
                                failure.compareAndSet(null, error);
                            } else {
                                latency.recordValue(Math.clamp(now - intended, 0, latency.getHighestTrackableValue()));
                                lastNanos.accumulateAndGet(now, Math::max);
                            }
                        });
            }
        }
        producers.forEach(KafkaProducer::flush);
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("the official producer failed", failed);
        }
        Histogram result = LoadResult.newHistogram();
        result.add(latency);
        long requests = Math.max(1, (long) (requests() - requestsBefore));
        return new LoadResult(requests, total * shape.valueBytesPerRequest(), lastNanos.get() - startNanos, result);
    }

    private double requests() {
        double sum = 0;
        for (KafkaProducer<byte[], byte[]> producer : producers) {
            for (Metric metric : producer.metrics().values()) {
                if (metric.metricName().name().equals("request-total")
                        && metric.metricName().group().equals("producer-metrics")) {
                    sum += (double) metric.metricValue();
                }
            }
        }
        return sum;
    }

    @Override
    public void close() {
        producers.forEach(producer -> producer.close(Duration.ofSeconds(5)));
    }
}
