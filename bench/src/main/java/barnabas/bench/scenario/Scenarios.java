package barnabas.bench.scenario;

import barnabas.bench.load.ProduceRequests.Shape;
import java.util.List;
import org.apache.kafka.common.record.internal.CompressionType;

/// All scenarios, in the order of the results.
public final class Scenarios {
    private static final int BATCH_BYTES = 16 * 1024;
    private static final double BYTES_PER_SECOND = 40e6;

    private Scenarios() {}

    public static List<Scenario> all() {
        Shape plain = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.NONE);
        Shape zstd = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.ZSTD);
        Shape lz4 = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.LZ4);
        return List.of(
                new ProduceScenario(
                        "produce-1k",
                        "Produce, 1 KB records, 16 KB batches",
                        plain,
                        1,
                        rate(plain),
                        List.of(Figures.CPU_PER_GB.target(5, 4))),
                new ProduceScenario(
                        "produce-100b",
                        "Produce, one 100 B record per request, 64 connections",
                        new Shape(100, 1, CompressionType.NONE),
                        64,
                        5_000,
                        List.of(Figures.CPU_PER_REQUEST.target(5, 4))),
                new ProduceScenario(
                        "produce-zstd",
                        "Produce, 1 KB records, 16 KB batches, zstd",
                        zstd,
                        1,
                        rate(zstd),
                        List.of(Figures.CPU_PER_GB.target(6))),
                new ProduceScenario(
                        "produce-lz4",
                        "Produce, 1 KB records, 16 KB batches, lz4",
                        lz4,
                        1,
                        rate(lz4),
                        List.of(Figures.CPU_PER_GB.target(4))),
                new ProduceScenario(
                        "ack-latency",
                        "Acknowledgement latency at 1,000/s, linger 0",
                        new Shape(1024, 1, CompressionType.NONE),
                        1,
                        1_000,
                        List.of(Figures.P50.target(3), Figures.P999.target(5), Figures.P99)));
    }

    /// Requests a second that carry 40 MB/s of record values.
    private static double rate(Shape shape) {
        return BYTES_PER_SECOND / shape.valueBytesPerRequest();
    }
}
