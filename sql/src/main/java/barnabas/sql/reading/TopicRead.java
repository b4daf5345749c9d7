package barnabas.sql.reading;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Committed records of a topic, without a group. One thread reads; any may close.
final class TopicRead implements AutoCloseable {
    static final Duration TOPIC_MAX = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> ends;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Its place is fixed when it is made: records that are written later are read.
    ///
    /// @param fromStart else from the end
    TopicRead(Map<String, Object> client, String topic, boolean fromStart) {
        consumer = consumer(client);
        try {
            for (PartitionInfo each : consumer.partitionsFor(topic, TOPIC_MAX))
                partitions.add(new TopicPartition(topic, each.partition()));
            consumer.assign(partitions);
            ends = Map.copyOf(consumer.endOffsets(partitions));
            if (fromStart) consumer.seekToBeginning(partitions);
            else ends.forEach(consumer::seek);
        } catch (RuntimeException | Error e) {
            consumer.close();
            throw e;
        }
    }

    /// A consumer of committed records, without a group.
    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client) {
        var settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Records that have come, none after `max` without one.
    ///
    /// @throws KafkaException when the cluster cannot be read
    Iterable<ConsumerRecord<byte[], byte[]>> next(Duration max) {
        try {
            return consumer.poll(max);
        } catch (WakeupException e) {
            return List.of();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /// Whether all records have been read that were there when this was made.
    boolean isAtFirstEnd() {
        for (TopicPartition each : partitions) {
            Long end = ends.get(each);
            if (end != null && consumer.position(each) < end) return false;
        }
        return true;
    }

    /// Frees the connections; the reading thread only.
    void end() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) consumer.wakeup();
    }
}
