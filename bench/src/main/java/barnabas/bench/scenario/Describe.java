package barnabas.bench.scenario;

import barnabas.bench.load.ProduceRequests.Shape;

/// Settings in words, the same words in every row.
final class Describe {
    static final String ALL_CPUS = "broker on all CPUs, generator on the last one";

    private Describe() {}

    static String request(Client client, Shape shape) {
        String records = "%d x %,d B records".formatted(shape.recordsPerBatch(), shape.recordBytes());
        return switch (client) {
            case RAW -> "1 batch of %s, compression %s".formatted(records, shape.compression().name);
            case JAVA, JAVA_TLS ->
                "%s handed to send() at a time, batch.size=16384, linger.ms=%d, compression.type=%s"
                        .formatted(records, Client.lingerMillis(shape), shape.compression().name);
        };
    }
}
