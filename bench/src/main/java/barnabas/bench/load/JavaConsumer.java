package barnabas.bench.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The official Java consumer with its own defaults, assigned one partition.
public final class JavaConsumer implements Consumer {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final OnRecords onRecords;
    private long position;

    /// @param settings of the connection
    public JavaConsumer(
            Map<String, String> settings, Topics.Topic topic, int partition, long position, OnRecords onRecords) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.position = position;
        this.onRecords = onRecords;
        TopicPartition assigned = new TopicPartition(topic.name(), partition);
        consumer.assign(List.of(assigned));
        consumer.seek(assigned, position);
    }

    @Override
    public void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
            onRecords.at(record.offset(), record.offset());
            position = record.offset() + 1;
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long requests() {
        for (Metric metric : consumer.metrics().values()) {
            if (metric.metricName().name().equals("fetch-total")) {
                return (long) (double) metric.metricValue();
            }
        }
        return 0;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
