package barnabas.conformance.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/// Writes lines into the input topic, each exactly once: idempotent, and patient while the broker is away.
final class Feeder implements AutoCloseable {
    private final KafkaProducer<String, String> producer;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    Feeder(String bootstrap) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "enable.idempotence", true,
                        "delivery.timeout.ms", Integer.MAX_VALUE,
                        "max.block.ms", 120_000),
                new StringSerializer(),
                new StringSerializer());
    }

    void feed(List<LogLine> lines) {
        for (LogLine each : lines) sent.add(producer.send(new ProducerRecord<>(LogLine.INPUT, each.id(), each.text())));
    }

    /// Returns when all lines are acknowledged.
    void finish() throws InterruptedException, ExecutionException {
        for (var each : sent) each.get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
