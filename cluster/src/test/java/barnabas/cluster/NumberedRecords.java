package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.jspecify.annotations.Nullable;

/// A load of numbers, 0 and on in each partition, by Kafka's idempotent producer with acks=all. Afterwards each number
/// must be there once, in its order.
final class NumberedRecords implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 500;

    private final String topic;
    private final int partitions;
    private final KafkaProducer<Integer, Integer> producer;
    private final Semaphore room;
    private final Map<Integer, AtomicInteger> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;
    private int sent;

    NumberedRecords(String topic, int partitions, String bootstrapServers) {
        this(topic, partitions, bootstrapServers, IN_FLIGHT_MAX);
    }

    /// @param inFlightMax records that are not acknowledged yet; few make a slow load
    NumberedRecords(String topic, int partitions, String bootstrapServers, int inFlightMax) {
        this.topic = topic;
        this.room = new Semaphore(inFlightMax);
        this.partitions = partitions;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "enable.idempotence", true),
                new IntegerSerializer(),
                new IntegerSerializer());
        for (int i = 0; i < partitions; i++) acknowledged.put(i, new AtomicInteger());
        thread = Thread.ofPlatform().name("numbered-records").start(this::run);
    }

    private void run() {
        while (!stopping && failed.get() == null) {
            for (int partition = 0; partition < partitions; partition++) send(partition, sent);
            sent++;
        }
    }

    private void send(int partition, int number) {
        room.acquireUninterruptibly();
        producer.send(new ProducerRecord<>(topic, partition, partition, number), (_, problem) -> {
            room.release();
            if (problem != null) failed.compareAndSet(null, problem);
            else acknowledged.get(partition).incrementAndGet();
        });
    }

    /// Acknowledged records of the partition that has the fewest.
    int acknowledged() {
        if (failed.get() != null) throw new AssertionError("a record was refused", failed.get());
        return acknowledged.values().stream().mapToInt(AtomicInteger::get).min().orElseThrow();
    }

    /// Ends the load and reads it back.
    ///
    /// @return the records of each partition
    int verify(String bootstrapServers) throws InterruptedException {
        stopping = true;
        thread.join();
        producer.flush();
        assertThat(acknowledged()).isEqualTo(sent);
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) all.add(new TopicPartition(topic, i));
        int[] next = new int[partitions];
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                new IntegerDeserializer(),
                new IntegerDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            assertThat(ends.values()).containsOnly((long) sent);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            for (int left = partitions * sent; left > 0; ) {
                assertThat(System.nanoTime()).as("%d records missing", left).isLessThan(deadline);
                for (ConsumerRecord<Integer, Integer> each : consumer.poll(Duration.ofSeconds(1))) {
                    assertThat(each.value()).isEqualTo(next[each.partition()]++);
                    left--;
                }
            }
        }
        return sent;
    }

    @Override
    public void close() {
        stopping = true;
        producer.close(Duration.ZERO);
    }
}
