package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/// Producers and consumers that go on until they are stopped, and count errors, records and connections.
final class RotationLoad implements AutoCloseable {
    private static final int PAUSE_MILLIS = 2;

    private final Clients clients;
    private final List<Pair> pairs = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ends;

    private RotationLoad(Clients clients) {
        this.clients = clients;
    }

    static RotationLoad begin(Clients clients, int pairs, int replicas) throws Exception {
        var load = new RotationLoad(clients);
        for (int i = 0; i < pairs; i++) {
            String topic = "rotation-" + i;
            clients.createTopic(topic, 1, replicas);
            load.pairs.add(load.new Pair(topic));
        }
        for (Pair each : load.pairs) each.begin();
        return load;
    }

    /// Stops the load; all that was sent has to be read, over the connections of the beginning.
    void verify() throws Exception {
        ends = true;
        for (Pair each : pairs) each.verify();
        that(failure.get() == null, "a client failed: %s", failure.get());
    }

    @Override
    public void close() {
        ends = true;
        for (Pair each : pairs) each.close();
    }

    static double value(Map<MetricName, ? extends Metric> metrics, String name) {
        return metrics.values().stream()
                .filter(m -> m.metricName().name().equals(name)
                        && !m.metricName().tags().containsKey("node-id"))
                .mapToDouble(m -> ((Number) m.metricValue()).doubleValue())
                .sum();
    }

    private final class Pair implements AutoCloseable {
        private final String topic;
        private final KafkaProducer<byte[], byte[]> producer;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong read = new AtomicLong();
        private final Thread producing = new Thread(this::produce);
        private final Thread consuming = new Thread(this::consume);
        private double made;

        Pair(String topic) {
            this.topic = topic;
            // A lost connection has to show as an error.
            producer = clients.producer(Map.of("retries", 0, "enable.idempotence", false));
            consumer = clients.consumer(Map.of("auto.offset.reset", "none"));
            var partition = List.of(new TopicPartition(topic, 0));
            consumer.assign(partition);
            consumer.seek(partition.getFirst(), 0);
        }

        void begin() throws Exception {
            for (int i = 0; i < 100; i++) send();
            producer.flush();
            long end = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (read.get() < 100 && System.nanoTime() < end) poll();
            same(100L, read.get(), "records before");
            made = value(producer.metrics(), "connection-creation-total")
                    + value(consumer.metrics(), "connection-creation-total");
            producing.start();
            consuming.start();
        }

        private void send() {
            sent.incrementAndGet();
            producer.send(new ProducerRecord<>(topic, new byte[500]), (_, error) -> {
                if (error != null) failure.compareAndSet(null, error);
            });
        }

        private void poll() {
            read.addAndGet(consumer.poll(Duration.ofMillis(100)).count());
        }

        private void produce() {
            try {
                while (!ends) {
                    send();
                    Thread.sleep(PAUSE_MILLIS);
                }
                producer.flush();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }

        private void consume() {
            try {
                while (!ends) poll();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }

        void verify() throws InterruptedException {
            producing.join();
            consuming.join();
            long end = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (read.get() < sent.get() && System.nanoTime() < end) poll();
            same(sent.get(), read.get(), "records read of " + topic);
            double now = value(producer.metrics(), "connection-creation-total")
                    + value(consumer.metrics(), "connection-creation-total");
            double lost = value(producer.metrics(), "connection-close-total")
                    + value(consumer.metrics(), "connection-close-total");
            same(made, now, "connections made");
            same(0.0, lost, "connections closed");
            System.out.println(topic + ": " + sent + " records over " + (int) now + " connections");
        }

        @Override
        public void close() {
            try {
                producing.join();
                consuming.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            producer.close();
            consumer.close();
        }
    }
}
