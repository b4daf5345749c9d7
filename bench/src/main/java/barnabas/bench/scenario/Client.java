package barnabas.bench.scenario;

import barnabas.bench.load.Consumer;
import barnabas.bench.load.FetchRequests;
import barnabas.bench.load.JavaConsumer;
import barnabas.bench.load.JavaProducers;
import barnabas.bench.load.OnRecords;
import barnabas.bench.load.ProduceRequests;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
import barnabas.bench.load.RawConsumer;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.system.Launch;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.TlsKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Client that makes the load.
enum Client {
    /// Our generator: pre-encoded requests, so that the load costs next to nothing and is the same to the byte.
    RAW("raw generator", "acks=all, one replica, no producer id"),
    /// kafka-clients with its own defaults.
    JAVA("official Java client 4.3.1", "acks=all, one replica, idempotent producer (the client's default)"),
    /// The same over TLS.
    JAVA_TLS("official Java client 4.3.1 over TLS 1.3", JAVA.semantics);

    static final String ALL_CPUS = "broker on all CPUs, generator on the last one";

    private static final int DISTINCT_REQUESTS = 256;

    final String title;
    final String semantics;

    Client(String title, String semantics) {
        this.title = title;
        this.semantics = semantics;
    }

    /// A start on which this client can connect.
    Launch reachable(Launch launch, Bed bed) throws IOException, InterruptedException {
        return this == JAVA_TLS
                ? launch.withTls(TlsKeys.in(bed.workspace().target().resolve("keys")))
                : launch;
    }

    /// One connection or producer for each partition of the topic.
    Producer producer(RunningBroker broker, Topic topic, Shape shape) throws IOException {
        return switch (this) {
            case RAW -> raw(broker, topic, shape);
            case JAVA -> new JavaProducers(broker.plainClient(), topic, shape, lingerMillis(shape));
            case JAVA_TLS -> new JavaProducers(broker.tlsClient(), topic, shape, lingerMillis(shape));
        };
    }

    static RawProducer raw(RunningBroker broker, Topic topic, Shape shape) throws IOException {
        List<ProduceRequests> requests = new ArrayList<>();
        int distinct = Math.max(4, DISTINCT_REQUESTS / topic.partitions());
        for (int partition = 0; partition < topic.partitions(); partition++) {
            requests.add(ProduceRequests.encode(topic, partition, shape, distinct, partition));
        }
        return new RawProducer(broker.address(), requests);
    }

    /// Names what one request has in it, in the same words in every row.
    String request(Shape shape) {
        String records = "%d x %,d B records".formatted(shape.recordsPerBatch(), shape.recordBytes());
        return switch (this) {
            case RAW -> "1 batch of %s, compression %s".formatted(records, shape.compression().name);
            case JAVA, JAVA_TLS ->
                "%s handed to send() at a time, batch.size=16384, linger.ms=%d, compression.type=%s"
                        .formatted(records, lingerMillis(shape), shape.compression().name);
        };
    }

    /// The client's default of 5 ms where batches are to fill, nothing where each record goes alone.
    static int lingerMillis(Shape shape) {
        return shape.recordsPerBatch() > 1 ? 5 : 0;
    }

    /// A consumer of partition 0 with the official consumer's defaults: at least one byte, half a second, 1 MB.
    Consumer consumer(RunningBroker broker, Topic topic, long position, OnRecords onRecords) throws IOException {
        return switch (this) {
            case RAW -> new RawConsumer(broker.address(), FetchRequests.withDefaults(topic), 0, position, onRecords);
            case JAVA -> new JavaConsumer(broker.plainClient(), topic, 0, position, onRecords);
            case JAVA_TLS -> new JavaConsumer(broker.tlsClient(), topic, 0, position, onRecords);
        };
    }
}
