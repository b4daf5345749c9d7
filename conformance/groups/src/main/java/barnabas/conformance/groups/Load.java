package barnabas.conformance.groups;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerSerializer;

/// Produces numbered records at a steady rate until it is closed.
final class Load implements AutoCloseable {
    private final Thread thread;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean stopping;

    Load(String topic, int partitions, String bootstrap, int perSecond, Random random) {
        this.thread = Thread.ofPlatform().name("load").start(() -> {
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", 5),
                    new ByteArraySerializer(),
                    new IntegerSerializer())) {
                while (!stopping && sent.get() < Ledger.RECORDS_MAX) {
                    int number = sent.getAndIncrement();
                    producer.send(
                            new ProducerRecord<>(topic, random.nextInt(partitions), null, number), (metadata, error) -> {
                                if (error != null) failed.incrementAndGet();
                            });
                    LockSupport.parkNanos(1_000_000_000L / perSecond);
                }
            }
        });
    }

    @Override
    public void close() {
        stop();
    }

    /// Waits until everything is acknowledged.
    void stop() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int sent() {
        return sent.get();
    }

    int failed() {
        return failed.get();
    }
}
