package barnabas.conformance.crash;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A group of one member that commits after every poll. What a commit said is there afterwards, or a later one.
public final class Group implements Load {
    private final Topic topic;
    private final String protocol;
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopping;

    /// @param protocol `classic` or `consumer`
    public Group(Topic topic, String protocol) {
        this.topic = topic;
        this.protocol = protocol;
        this.thread = Thread.ofPlatform().name(name()).start(this::run);
    }

    private void run() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "group.id",
                name(),
                "group.protocol",
                protocol,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "default.api.timeout.ms",
                10_000);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.name()));
            while (!stopping) {
                try {
                    if (!consumer.poll(Duration.ofMillis(50)).isEmpty()) commit(consumer);
                } catch (KafkaException refusedOrAway) {
                    // Nothing was promised; the next poll goes on.
                    continue;
                }
            }
        }
    }

    private void commit(KafkaConsumer<byte[], byte[]> consumer) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var each : consumer.assignment()) offsets.put(each, new OffsetAndMetadata(consumer.position(each)));
        consumer.commitSync(offsets);
        commits.incrementAndGet();
        synchronized (committed) {
            offsets.forEach((partition, offset) -> committed.merge(partition, offset.offset(), Math::max));
        }
    }

    @Override
    public String name() {
        return "group-" + protocol + "-of-" + topic.name();
    }

    @Override
    public int promises() {
        return commits.get();
    }

    @Override
    public Optional<String> verify() {
        Map<TopicPartition, Long> promised;
        synchronized (committed) {
            promised = Map.copyOf(committed);
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", topic.bootstrap()))) {
            var found = admin.listConsumerGroupOffsets(name())
                    .partitionsToOffsetAndMetadata()
                    .get(60, TimeUnit.SECONDS);
            for (var each : promised.entrySet()) {
                OffsetAndMetadata there = found.get(each.getKey());
                if (there == null || there.offset() < each.getValue()) {
                    return Optional.of(each + " was committed, there is " + there);
                }
            }
            return Optional.empty();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            return Optional.of("no offsets: " + e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        Threads.join(thread);
    }
}
