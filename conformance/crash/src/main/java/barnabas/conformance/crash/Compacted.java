package barnabas.conformance.crash;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Rising numbers under few keys, on a topic that is compacted all the time. The newest acknowledged number of a key
/// has to be there, or a newer one, and numbers rise.
public final class Compacted implements Load {
    private static final int KEYS = 300;
    private static final int IN_FLIGHT_MAX = 500;

    private final Topic topic;
    private final Random random;
    private final Map<Integer, Integer> newest = new HashMap<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile int remaining;
    private volatile @Nullable Exception failure;

    public Compacted(Topic topic, int perSecond, Random random) {
        this.topic = topic;
        this.random = random;
        this.thread = Thread.ofPlatform().name(topic.name()).start(() -> run(perSecond));
    }

    private void run(int perSecond) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "delivery.timeout.ms",
                Integer.MAX_VALUE,
                "max.block.ms",
                120_000,
                "linger.ms",
                2);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = 0; !stopping; number++) {
                inFlight.acquireUninterruptibly();
                int key = random.nextInt(KEYS);
                int current = number;
                byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(key).array();
                var record = new ProducerRecord<>(topic.name(), key % Topic.PARTITIONS, bytes, Topic.value(number));
                producer.send(record, (where, error) -> answered(key, current, error));
                LockSupport.parkNanos(1_000_000_000L / perSecond);
            }
            producer.flush();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void answered(int key, int number, @Nullable Exception error) {
        inFlight.release();
        if (error != null) {
            failure = error;
            return;
        }
        acknowledged.incrementAndGet();
        synchronized (newest) {
            newest.merge(key, number, Math::max);
        }
    }

    @Override
    public String name() {
        return topic.name();
    }

    @Override
    public int promises() {
        return acknowledged.get();
    }

    /// Number of records that the last verification found: fewer than were acknowledged, if the cleaner works.
    int remaining() {
        return remaining;
    }

    @Override
    public Optional<String> verify() {
        var failed = failure;
        if (failed != null) return Optional.of("the producer failed: " + failed);
        Map<Integer, Integer> promised;
        synchronized (newest) {
            promised = Map.copyOf(newest);
        }
        var found = new HashMap<Integer, Integer>();
        int count = 0;
        for (var records : topic.read(false)) {
            for (var record : records) {
                count++;
                int key = ByteBuffer.wrap(record.key()).getInt();
                int number = Topic.number(record);
                Integer before = found.put(key, number);
                if (before != null && before >= number) {
                    return Optional.of(number + " follows " + before + " under key " + key);
                }
            }
        }
        remaining = count;
        for (var each : promised.entrySet()) {
            Integer there = found.get(each.getKey());
            if (there == null || there < each.getValue()) {
                return Optional.of("key " + each.getKey() + " lost " + each.getValue() + ", " + there + " is there");
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        stopping = true;
        Threads.join(thread);
    }
}
