package barnabas.conformance.crash;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/// A Streams application with exactly-once processing that counts the records of each key. A consumer of committed
/// records has to see 1, 2, 3 .. for each key: a count that is missing or comes twice is a record lost or doubled.
public final class Counting implements Load {
    public static final String INPUT = "words";
    public static final String COUNTS = "counts";
    private static final int KEYS = 12;
    private static final int PER_SECOND = 50;
    private static final int PATIENCE_MILLIS = 300_000;
    private static final int FINISH_SECONDS = 180;

    private final String bootstrap;
    private final KafkaStreams streams;
    private final Thread feeding;
    private final Thread reading;
    private volatile boolean stopping;
    private volatile int fed;
    private volatile int counted;
    private volatile @Nullable String failure;

    /// @param replicas of its topics
    /// @param state folder of its own
    public Counting(String bootstrap, int replicas, Path state) {
        this.bootstrap = bootstrap;
        this.streams = new KafkaStreams(CountingTopology.build(), settings(bootstrap, replicas, state));
        streams.setUncaughtExceptionHandler(error -> {
            failure = "the application failed: " + error;
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        this.feeding = Thread.ofPlatform().name("streams-feeder").start(this::feed);
        this.reading = Thread.ofPlatform().name("streams-reader").start(this::read);
    }

    private static Properties settings(String bootstrap, int replicas, Path state) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "counting");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicas);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return settings;
    }

    private void feed() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrap,
                "delivery.timeout.ms",
                Integer.MAX_VALUE,
                "max.block.ms",
                PATIENCE_MILLIS);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int number = 0; !stopping && failure == null; number++) {
                producer.send(new ProducerRecord<>(INPUT, "key-" + number % KEYS, "" + number), (_, error) -> {
                    if (error != null) failure = "the feeder failed: " + error;
                });
                fed = number + 1;
                if (number < KEYS) producer.flush();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
            }
        } catch (KafkaException e) {
            failure = "the feeder failed: " + e;
        }
    }

    private void read() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "default.api.timeout.ms",
                PATIENCE_MILLIS);
        var last = new HashMap<String, Long>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new LongDeserializer())) {
            var partitions = IntStream.range(0, Topic.PARTITIONS)
                    .mapToObj(index -> new TopicPartition(COUNTS, index))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = Long.MAX_VALUE;
            while (failure == null && (feeding.isAlive() || counted < fed)) {
                for (ConsumerRecord<String, Long> each : consumer.poll(Duration.ofMillis(100))) {
                    long expected = last.getOrDefault(each.key(), 0L) + 1;
                    if (each.value() != expected) {
                        failure = each.key() + ": " + each.value() + " came where " + expected + " was expected";
                        return;
                    }
                    last.put(each.key(), expected);
                    counted++;
                }
                if (feeding.isAlive()) continue;
                if (deadline == Long.MAX_VALUE) deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FINISH_SECONDS);
                if (System.nanoTime() > deadline) failure = "%,d of %,d records are counted".formatted(counted, fed);
            }
        } catch (KafkaException e) {
            failure = "the reader failed: " + e;
        }
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public int promises() {
        return counted;
    }

    @Override
    public Optional<String> verify() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            feeding.join();
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streams.close(Duration.ofSeconds(20));
    }
}
