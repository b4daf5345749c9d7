package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// A producer and a consumer in a group, both with their defaults, that go on until they are stopped. Whatever reaches
/// the application as an error counts as one. The records are numbered: each has to be in the topic once.
final class SteadyLoad implements AutoCloseable {
    private static final int PAUSE_MILLIS = 2;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicLong lastAcknowledgedNanos = new AtomicLong();
    private final AtomicLong longestPauseNanos = new AtomicLong();
    private final Thread producing = new Thread(this::produce);
    private final Thread consuming = new Thread(this::consume);
    /// Places of the records that were read, by number. Owner: the consuming thread.
    private final Map<Integer, Place> places = new HashMap<>();
    private volatile int sent;
    private volatile int read;
    private volatile boolean ends;
    private volatile boolean allAcknowledged;

    private record Place(TopicPartition partition, long offset) {}

    SteadyLoad(Clients clients, String topic) {
        this.topic = topic;
        producer = clients.producer(Map.of());
        consumer = clients.consumer(Map.of("group.id", "steady-load", "auto.offset.reset", "earliest"));
        consumer.subscribe(List.of(topic));
        producing.start();
        consuming.start();
    }

    private void produce() {
        try {
            lastAcknowledgedNanos.set(System.nanoTime());
            for (int number = 0; !ends; number++) {
                byte[] value = ByteBuffer.allocate(200).putInt(number).array();
                producer.send(new ProducerRecord<>(topic, value), (_, error) -> acknowledged(error));
                sent = number + 1;
                Thread.sleep(PAUSE_MILLIS);
            }
            producer.flush();
            allAcknowledged = true;
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void acknowledged(Exception error) {
        if (error != null) {
            failure.compareAndSet(null, error);
            return;
        }
        acknowledged.incrementAndGet();
        long now = System.nanoTime();
        long pause = now - lastAcknowledgedNanos.getAndSet(now);
        longestPauseNanos.accumulateAndGet(pause, Math::max);
    }

    private void consume() {
        try {
            while (!allAcknowledged || read < acknowledged.get()) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) found(each);
                read = places.size();
                if (failure.get() != null) return;
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /// A consumer that joins its group again may read what it had not committed once more, from the same place.
    private void found(ConsumerRecord<byte[], byte[]> record) {
        int number = ByteBuffer.wrap(record.value()).getInt();
        var place = new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
        Place before = places.putIfAbsent(number, place);
        that(before == null || before.equals(place), "record %d is at %s and at %s", number, before, place);
    }

    /// Waits until so many more records are acknowledged and read, and no client has seen an error.
    void goesOn(int records) throws InterruptedException {
        int wanted = sent + records;
        long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
        while (read < wanted) {
            that(failure.get() == null, "a client saw an error: %s", failure.get());
            that(System.nanoTime() < deadline, "%d sent, %d acknowledged, %d read", sent, acknowledged.get(), read);
            Thread.sleep(10);
        }
    }

    /// The longest time between two acknowledgements since the last call.
    long longestPauseMillis() {
        return longestPauseNanos.getAndSet(0) / 1_000_000;
    }

    /// Stops the load; everything has to be acknowledged and read.
    int verify() throws InterruptedException {
        ends = true;
        producing.join();
        consuming.join(Clients.DEADLINE);
        that(failure.get() == null, "a client saw an error: %s", failure.get());
        same(sent, acknowledged.get(), "records acknowledged");
        same(sent, read, "records read");
        return sent;
    }

    @Override
    public void close() {
        ends = true;
        failure.compareAndSet(null, new AssertionError("the load was stopped"));
        try {
            producing.join();
            consuming.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
        consumer.close();
    }
}
