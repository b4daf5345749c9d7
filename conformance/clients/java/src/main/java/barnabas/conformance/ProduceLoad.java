package barnabas.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// One idempotent producer with acks=all that sends numbered records over a topic's partitions until it is closed,
/// also while the broker is away: it then sends again what was not acknowledged, and the broker has to recognize
/// duplicates.
final class ProduceLoad implements AutoCloseable {

    static final int PARTITIONS = 3;
    private static final int RECORDS_PER_SECOND = 10_000;
    /// Small, so that many requests are on their way at any moment.
    private static final int BATCH_BYTES = 4_000;
    /// All that waits for a broker; the producer waits when it is used up.
    private static final int BUFFER_BYTES = 1_000_000;
    private static final int DELIVERY_MS = 120_000;

    private final Clients clients;
    private final String topic;
    private final Acknowledgements acknowledgements;
    private final AtomicReference<@Nullable Exception> problem = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile int sent;

    ProduceLoad(Clients clients, String topic, Acknowledgements acknowledgements) {
        this.clients = clients;
        this.topic = topic;
        this.acknowledgements = acknowledgements;
        this.thread = Thread.ofPlatform().name("load").start(this::send);
    }

    private void send() {
        Map<String, Object> settings = Map.of(
                "acks",
                "all",
                "enable.idempotence",
                true,
                "batch.size",
                BATCH_BYTES,
                "linger.ms",
                1,
                "buffer.memory",
                BUFFER_BYTES,
                "delivery.timeout.ms",
                DELIVERY_MS,
                "max.block.ms",
                DELIVERY_MS,
                "reconnect.backoff.max.ms",
                100,
                "retry.backoff.max.ms",
                100);
        try (var producer = clients.producer(settings)) {
            long next = System.nanoTime();
            for (int number = 0; !closing && problem.get() == null; number++) {
                int current = number;
                producer.send(
                        new ProducerRecord<>(topic, number % PARTITIONS, null, value(number)),
                        (metadata, exception) -> {
                            if (exception != null) {
                                problem.compareAndSet(null, exception);
                            } else {
                                acknowledged(metadata.partition(), metadata.offset(), current);
                            }
                        });
                sent = number + 1;
                // What was missed while the broker was away is not made up for.
                next = Math.max(next + 1_000_000_000L / RECORDS_PER_SECOND, System.nanoTime() - 10_000_000);
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (RuntimeException e) {
            problem.compareAndSet(null, e);
        }
    }

    private void acknowledged(int partition, long offset, int number) {
        try {
            acknowledgements.add(partition, offset, number);
        } catch (IOException e) {
            problem.compareAndSet(null, e);
        }
    }

    /// The number, then up to 250 bytes that follow from it.
    static byte[] value(int number) {
        var random = new Random(number);
        var value = ByteBuffer.allocate(Integer.BYTES + random.nextInt(250)).putInt(number);
        while (value.hasRemaining()) {
            value.put((byte) random.nextInt());
        }
        return value.array();
    }

    int sent() {
        return sent;
    }

    /// Fails with the reason why the producer stopped, if it did: no event of the broker here is a reason to.
    void verifyHealthy() {
        Exception first = problem.get();
        if (first != null) {
            throw new AssertionError("the producer failed", first);
        }
    }

    /// Sends what is on its way and waits for the acknowledgements.
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
