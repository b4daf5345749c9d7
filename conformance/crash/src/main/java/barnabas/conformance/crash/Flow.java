package barnabas.conformance.crash;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A producer and a group that follows it, with memory for nothing but the last number of each partition: it can
/// go on for ever. The group has to see every number once and in order.
final class Flow implements AutoCloseable {
    private static final int RECORDS_PER_ROUND = 60;
    private static final int ROUNDS_BEFORE_ABORT = 5;

    /// The way to produce, and the followers.
    enum Kind {
        IDEMPOTENT("classic"),
        TRANSACTIONAL("consumer");

        private final String groupProtocol;

        Kind(String groupProtocol) {
            this.groupProtocol = groupProtocol;
        }
    }

    private final Topic topic;
    private final Kind kind;
    private final AtomicLong produced = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final Thread producing;
    private final Thread consuming;
    private volatile boolean stopping;
    private volatile boolean drained;
    private volatile @Nullable String failure;

    Flow(Topic topic, Kind kind, int perSecond) {
        this.topic = topic;
        this.kind = kind;
        this.producing = Thread.ofPlatform().name(topic.name()).start(() -> guarded(() -> produce(perSecond)));
        this.consuming = Thread.ofPlatform().name(topic.name() + "-group").start(() -> guarded(this::consume));
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failure = e.toString();
        }
    }

    private void produce(int perSecond) {
        var config = new HashMap<String, Object>();
        config.put("bootstrap.servers", topic.bootstrap());
        config.put("linger.ms", 2);
        boolean transactions = kind == Kind.TRANSACTIONAL;
        if (transactions) config.put("transactional.id", topic.name());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactions) producer.initTransactions();
            long roundNanos = 1_000_000_000L * RECORDS_PER_ROUND / perSecond;
            long next = System.nanoTime();
            int number = 0;
            for (int round = 1; !stopping; round++) {
                if (transactions) producer.beginTransaction();
                for (int i = 0; i < RECORDS_PER_ROUND; i++) {
                    int partition = (number + i) % Topic.PARTITIONS;
                    producer.send(new ProducerRecord<>(topic.name(), partition, null, Topic.value(number + i)));
                }
                if (transactions && round % ROUNDS_BEFORE_ABORT == 0) {
                    // No consumer sees these; the same numbers come again.
                    producer.abortTransaction();
                } else {
                    if (transactions) producer.commitTransaction();
                    else producer.flush();
                    number += RECORDS_PER_ROUND;
                    produced.addAndGet(RECORDS_PER_ROUND);
                }
                next += roundNanos;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private void consume() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "group.id",
                topic.name() + "-group",
                "group.protocol",
                kind.groupProtocol,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false);
        int[] expected = new int[Topic.PARTITIONS];
        for (int i = 0; i < expected.length; i++) expected[i] = i;
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.name()));
            while (!drained && failure == null) {
                var records = consumer.poll(Duration.ofMillis(100));
                for (var record : records) {
                    int number = Topic.number(record);
                    if (number != expected[record.partition()]) {
                        failure = number + " came where " + expected[record.partition()] + " was expected: " + record;
                        return;
                    }
                    expected[record.partition()] += Topic.PARTITIONS;
                }
                if (records.isEmpty()) continue;
                consumer.commitSync();
                consumed.addAndGet(records.count());
            }
        }
    }

    String name() {
        return topic.name();
    }

    long consumed() {
        return consumed.get();
    }

    /// First failure until now.
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /// Lets the group read to the end, up to a minute.
    ///
    /// @return what is wrong; empty when everything that was produced was consumed
    Optional<String> finish() {
        stopping = true;
        Threads.join(producing);
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (failure == null && consumed.get() < produced.get() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        close();
        if (failure == null && consumed.get() != produced.get()) {
            return Optional.of("%,d were produced, %,d consumed".formatted(produced.get(), consumed.get()));
        }
        return failure();
    }

    @Override
    public void close() {
        stopping = true;
        drained = true;
        Threads.join(producing);
        Threads.join(consuming);
    }
}
