package barnabas.conformance.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A producer of numbered records, plain or idempotent. Acknowledged ones have to be where the broker said; those of an
/// idempotent producer once and in order.
public final class Numbered implements Load {
    private static final int IN_FLIGHT_MAX = 500;

    /// @param offset -1 when the broker had the batch already and did not know its offsets any more
    private record Promise(int number, int partition, long offset) {}

    private final Topic topic;
    private final boolean idempotent;
    private final List<Promise> promises = new ArrayList<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Exception failure;

    public Numbered(Topic topic, boolean idempotent, int perSecond) {
        this.topic = topic;
        this.idempotent = idempotent;
        this.thread = Thread.ofPlatform().name(topic.name()).start(() -> run(perSecond));
    }

    private void run(int perSecond) {
        var config = new HashMap<String, Object>();
        config.put("bootstrap.servers", topic.bootstrap());
        config.put("enable.idempotence", idempotent);
        config.put("acks", "all");
        config.put("retries", Integer.MAX_VALUE);
        config.put("delivery.timeout.ms", Integer.MAX_VALUE);
        config.put("max.block.ms", 120_000);
        config.put("linger.ms", 2);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = 0; !stopping; number++) {
                inFlight.acquireUninterruptibly();
                int current = number;
                producer.send(
                        new ProducerRecord<>(topic.name(), number % Topic.PARTITIONS, null, Topic.value(number)),
                        (where, error) -> answered(current, where, error));
                // The first record of each partition alone: a broker that has no record of a producer takes any number
                // for its first one (as Kafka does), also that of a second request that came before the first.
                if (number == Topic.PARTITIONS - 1) producer.flush();
                LockSupport.parkNanos(1_000_000_000L / perSecond);
            }
            producer.flush();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void answered(int number, RecordMetadata where, @Nullable Exception error) {
        inFlight.release();
        if (error != null) {
            failure = error;
            return;
        }
        synchronized (promises) {
            promises.add(new Promise(number, where.partition(), where.offset()));
        }
    }

    @Override
    public String name() {
        return topic.name();
    }

    @Override
    public int promises() {
        synchronized (promises) {
            return promises.size();
        }
    }

    @Override
    public Optional<String> verify() {
        var failed = failure;
        if (failed != null) return Optional.of("the producer failed: " + failed);
        List<Promise> promised;
        synchronized (promises) {
            promised = List.copyOf(promises);
        }
        var found = topic.read(false);
        for (Promise each : promised) {
            var records = found.get(each.partition());
            // Nothing is ever cleaned or cut here: offsets have no gaps. This is the topic's only producer.
            long place = each.offset() < 0 && idempotent ? each.number() / Topic.PARTITIONS : each.offset();
            if (place < 0 || place >= records.size()) return Optional.of("lost: " + each + " of " + records.size());
            var record = records.get((int) place);
            if (record.offset() != place || Topic.number(record) != each.number()) {
                return Optional.of("in the place of " + each + " is " + Topic.number(record));
            }
        }
        return idempotent
                ? found.stream()
                        .map(Numbered::disorder)
                        .flatMap(Optional::stream)
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<String> disorder(List<ConsumerRecord<byte[], byte[]>> records) {
        int last = -1;
        for (var record : records) {
            int number = Topic.number(record);
            if (last >= 0 && number != last + Topic.PARTITIONS) {
                return Optional.of(number + " follows " + last + " in partition " + record.partition());
            }
            last = number;
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        stopping = true;
        Threads.join(thread);
    }
}
