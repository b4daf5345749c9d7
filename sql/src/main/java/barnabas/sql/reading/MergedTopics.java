package barnabas.sql.reading;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Committed records of some topics in the order of their times: of the first records of all partitions the earliest
/// comes next. They end where the topics ended when this was made, or go on as records come, each then as soon as it is
/// there. One thread reads; any may close.
final class MergedTopics implements AutoCloseable {
    /// Records of a partition that wait for those of others.
    private static final int WAITING_MAX = 2_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> waiting = new LinkedHashMap<>();
    private final Map<TopicPartition, Long> ends;
    private final boolean follows;
    /// Partitions that have not been fetched to where they ended when this was made.
    private final Set<TopicPartition> open = new LinkedHashSet<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    /// Part of the topics that is read.
    enum Part {
        /// Records that are there now.
        PRESENT,
        /// Records that are there and all that come.
        ALL,
        /// Records that come.
        FUTURE
    }

    /// @param topics those whose record comes first at equal times first
    MergedTopics(Map<String, Object> client, Collection<String> topics, Part part) {
        follows = part != Part.PRESENT;
        consumer = TopicRead.consumer(client);
        try {
            for (String topic : topics)
                for (PartitionInfo each : consumer.partitionsFor(topic, TopicRead.TOPIC_MAX))
                    waiting.put(new TopicPartition(topic, each.partition()), new ArrayDeque<>());
            consumer.assign(waiting.keySet());
            ends = Map.copyOf(consumer.endOffsets(waiting.keySet()));
            if (part == Part.FUTURE) {
                ends.forEach(consumer::seek);
            } else {
                consumer.seekToBeginning(waiting.keySet());
                open.addAll(waiting.keySet());
                closeRead();
            }
        } catch (RuntimeException | Error e) {
            consumer.close();
            throw e;
        }
    }

    /// The next record; null when [#fetch] is to be called first, and at the end.
    @Nullable
    ConsumerRecord<byte[], byte[]> next() {
        Deque<ConsumerRecord<byte[], byte[]>> first = null;
        for (Map.Entry<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> each : waiting.entrySet()) {
            ConsumerRecord<byte[], byte[]> head = each.getValue().peek();
            if (head == null && open.contains(each.getKey())) return null;
            if (head != null
                    && (first == null || head.timestamp() < first.element().timestamp())) first = each.getValue();
        }
        return first == null ? null : first.remove();
    }

    boolean isAtEnd() {
        return !follows && open.isEmpty() && waiting.values().stream().allMatch(Deque::isEmpty);
    }

    /// Waits for records at most for this time.
    ///
    /// @throws org.apache.kafka.common.KafkaException when the cluster cannot be read
    void fetch(Duration max) {
        var full = new ArrayList<TopicPartition>();
        var wanted = new ArrayList<TopicPartition>();
        waiting.forEach((partition, records) ->
                ((follows || open.contains(partition)) && records.size() < WAITING_MAX ? wanted : full).add(partition));
        consumer.pause(full);
        consumer.resume(wanted);
        try {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(max)) {
                var partition = new TopicPartition(each.topic(), each.partition());
                Deque<ConsumerRecord<byte[], byte[]>> records = waiting.get(partition);
                if (records != null && (follows || each.offset() < end(partition))) records.add(each);
            }
        } catch (WakeupException e) {
            return;
        }
        closeRead();
    }

    private long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    private void closeRead() {
        for (TopicPartition each : List.copyOf(open)) if (consumer.position(each) >= end(each)) open.remove(each);
    }

    boolean isClosed() {
        return closed.get();
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
