package barnabas.conformance.chaos;

import barnabas.conformance.crash.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Measures how long nothing is acknowledged, and how long nothing is delivered: an idempotent producer with acks=all
/// that sends a record to each partition every 20 ms, and a consumer that reads along. The consumer has to see every
/// number once and in order.
public final class Probe implements AutoCloseable {
    private static final int PAUSE_MILLIS = 20;
    /// A request to a node that does not answer is sent again after this time.
    private static final int REQUEST_MILLIS = 3_000;

    private static final int BLOCK_MILLIS = 300_000;

    private final Topic topic;
    private final long pauseNanos;
    private final Thread producing;
    private final Thread consuming;
    /// Moments of acknowledgements and deliveries, by partition.
    private final List<Moments> acknowledged = moments();

    private final List<Moments> delivered = moments();
    private volatile boolean stopping;
    private volatile int sent;
    private volatile @Nullable String failure;

    public Probe(Topic topic) {
        this(topic, PAUSE_MILLIS);
    }

    /// @param pauseMillis between two records of a partition
    Probe(Topic topic, int pauseMillis) {
        this.topic = topic;
        this.pauseNanos = pauseMillis * 1_000_000L;
        this.producing = Thread.ofPlatform().name("probe-producer").start(this::produce);
        this.consuming = Thread.ofPlatform().name("probe-consumer").start(this::consume);
    }

    private static List<Moments> moments() {
        return IntStream.range(0, Topic.PARTITIONS)
                .mapToObj(_ -> new Moments())
                .toList();
    }

    private void produce() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "acks",
                "all",
                "enable.idempotence",
                true,
                "request.timeout.ms",
                REQUEST_MILLIS,
                "delivery.timeout.ms",
                Integer.MAX_VALUE,
                "max.block.ms",
                BLOCK_MILLIS,
                "linger.ms",
                0);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            long next = System.nanoTime();
            for (int number = 0; !stopping && failure == null; number++) {
                for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                    Moments answers = acknowledged.get(partition);
                    producer.send(
                            new ProducerRecord<>(topic.name(), partition, null, Topic.value(number)), (_, error) -> {
                                if (error == null) answers.add();
                                else failure = "the producer failed: " + error;
                            });
                }
                sent = number + 1;
                // A broker that has no record of a producer takes any number for its first one (as Kafka does): without
                // this the second request could come first, where the leader of a new partition moves at once.
                if (number == 0) producer.flush();
                next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (KafkaException e) {
            failure = "the producer failed: " + e;
        }
    }

    private void consume() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "request.timeout.ms",
                REQUEST_MILLIS,
                "default.api.timeout.ms",
                BLOCK_MILLIS,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "fetch.max.wait.ms",
                100);
        int[] expected = new int[Topic.PARTITIONS];
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(index -> new TopicPartition(topic.name(), index))
                    .toList();
            consumer.assign(partitions);
            for (TopicPartition each : partitions) consumer.seek(each, 0);
            while (failure == null && (producing.isAlive() || isBehind(expected))) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    int number = Topic.number(record);
                    if (number != expected[record.partition()]) {
                        failure = number + " came where " + expected[record.partition()] + " was expected: " + record;
                        return;
                    }
                    expected[record.partition()]++;
                    delivered.get(record.partition()).add();
                }
            }
        } catch (KafkaException e) {
            failure = "the consumer failed: " + e;
        }
    }

    private boolean isBehind(int[] expected) {
        return IntStream.of(expected).anyMatch(each -> each < sent);
    }

    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    public int sent() {
        return sent;
    }

    /// Whether every partition has had an acknowledgement and a delivery since that moment.
    public boolean worksSince(long nanos) {
        return acknowledged.stream().allMatch(each -> each.hasOneSince(nanos))
                && delivered.stream().allMatch(each -> each.hasOneSince(nanos));
    }

    /// The longest time between two acknowledgements of a partition, ms.
    public long unacknowledgedMillis(long fromNanos, long toNanos) {
        return acknowledged.stream()
                .mapToLong(each -> each.longestGapMillis(fromNanos, toNanos))
                .max()
                .orElse(0);
    }

    /// The longest time between two deliveries of a partition, ms.
    public long undeliveredMillis(long fromNanos, long toNanos) {
        return delivered.stream()
                .mapToLong(each -> each.longestGapMillis(fromNanos, toNanos))
                .max()
                .orElse(0);
    }

    /// Lets the producer finish and the consumer read to the end.
    @Override
    public void close() {
        stopping = true;
        try {
            producing.join();
            consuming.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
