package barnabas.bench.scenario;

import barnabas.bench.figure.ClusterFigures;
import barnabas.bench.figure.Figures;
import barnabas.bench.load.ProduceRequests.Shape;
import java.util.List;
import org.apache.kafka.common.record.internal.CompressionType;

/// All scenarios, in the order of the results.
public final class Scenarios {
    private static final int BATCH_BYTES = 16 * 1024;
    private static final double BYTES_PER_SECOND = 40e6;

    private static final Shape PLAIN = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.NONE);
    private static final Shape ZSTD = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.ZSTD);
    private static final Shape LZ4 = Shape.ofBatchBytes(1024, BATCH_BYTES, CompressionType.LZ4);
    private static final Shape SMALL = new Shape(100, 1, CompressionType.NONE);
    private static final Shape ONE_KB = new Shape(1024, 1, CompressionType.NONE);

    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                produce("produce-1k", "Produce, 1 KB records, 16 KB batches", Client.RAW, PLAIN, 5, 4),
                produce(
                        "produce-1k-java",
                        "Produce, 1 KB records, 16 KB batches, Java client",
                        Client.JAVA,
                        PLAIN,
                        5,
                        4),
                produce(
                        "produce-1k-tls",
                        "Produce, 1 KB records, 16 KB batches, over TLS, Java client",
                        Client.JAVA_TLS,
                        PLAIN,
                        2,
                        2),
                small("produce-100b", "Produce, one 100 B record per request, 64 connections", Client.RAW),
                small(
                        "produce-100b-java",
                        "Produce, one 100 B record at a time, 64 producers, Java client",
                        Client.JAVA),
                compressed("produce-zstd", "Produce, 16 KB batches, zstd", Client.RAW, ZSTD, 6),
                compressed("produce-zstd-java", "Produce, 16 KB batches, zstd, Java client", Client.JAVA, ZSTD, 6),
                compressed("produce-lz4", "Produce, 16 KB batches, lz4", Client.RAW, LZ4, 4),
                compressed("produce-lz4-java", "Produce, 16 KB batches, lz4, Java client", Client.JAVA, LZ4, 4),
                tail("fetch-1", "Tail fetch, one consumer", Client.RAW, 1, 20e6, 1.5),
                tail("fetch-1-java", "Tail fetch, one consumer, Java client", Client.JAVA, 1, 20e6, 1.5),
                tail("fetch-10", "Tail fetch, ten consumers", Client.RAW, 10, 10e6, 2),
                tail("fetch-10-java", "Tail fetch, ten consumers, Java client", Client.JAVA, 10, 10e6, 2),
                tail("fetch-1-tls", "Tail fetch, one consumer, over TLS, Java client", Client.JAVA_TLS, 1, 20e6, 2),
                latency("ack-latency", "Acknowledgement latency at 1,000/s", Client.RAW),
                latency("ack-latency-java", "Acknowledgement latency at 1,000/s, linger 0, Java client", Client.JAVA),
                endToEnd("end-to-end", "End to end latency, waiting consumer", Client.RAW),
                endToEnd("end-to-end-java", "End to end latency, waiting consumer, Java client", Client.JAVA),
                new TransactionsScenario(
                        "transactions",
                        "Transactions of 10 records on 3 partitions, one after the other, Java client",
                        1_000,
                        10,
                        3,
                        100,
                        List.of(TransactionsScenario.CPU.target(1, 1), Figures.P50.target(1, 1))),
                new PeakScenario(
                        "peak",
                        "Peak produce on one pinned core, 16 KB batches",
                        PLAIN,
                        4,
                        5,
                        List.of(Figures.THROUGHPUT.target(2))),
                durable(1, 1),
                durable(16, 4),
                durable(256, 10),
                new ColdReadScenario(
                        "cold-read",
                        "Produce while old records are read from the disk at 100 MB/s",
                        PLAIN,
                        200,
                        100,
                        List.of(ColdReadScenario.P99_RATIO.atMost(1.5))),
                new ColdReadScenario(
                        "cold-read-full",
                        "Produce while old records are read from the disk as fast as they come",
                        PLAIN,
                        200,
                        Double.POSITIVE_INFINITY,
                        List.of()),
                new StartScenario(
                        "start-empty",
                        "Process start to first acknowledged record, empty",
                        0,
                        List.of(StartScenario.FIRST_RECORD.target(8).atMost(400))),
                new StartScenario(
                        "start-1000",
                        "Process start to first acknowledged record, 1,000 partitions",
                        1000,
                        List.of(StartScenario.FIRST_RECORD.target(10))),
                new RecoveryScenario(
                        "recovery-1000",
                        "Recovery after kill -9, 1,000 partitions",
                        1000,
                        PLAIN,
                        List.of(RecoveryScenario.ALL_ANSWER)),
                new ManyPartitionsScenario(
                        "partitions-10000",
                        "10,000 partitions on one broker",
                        10,
                        1000,
                        List.of(
                                ManyPartitionsScenario.CREATION,
                                ManyPartitionsScenario.MEMORY,
                                ManyPartitionsScenario.HANDLES,
                                ManyPartitionsScenario.STOP,
                                ManyPartitionsScenario.START)),
                new IdleMemoryScenario(
                        "idle-memory",
                        "Memory when idle",
                        false,
                        List.of(Figures.RESIDENT.target(5).atMost(80))),
                new IdleMemoryScenario(
                        "idle-memory-metrics",
                        "Memory when idle, metrics scraped every 5 s",
                        true,
                        List.of(Figures.RESIDENT.atMost(80), IdleMemoryScenario.IDLE_CPU)),
                new ScrapedProduceScenario(
                        "produce-1k-metrics",
                        "Produce, 1 KB records, 16 KB batches, metrics scraped every 5 s",
                        PLAIN,
                        rate(PLAIN, BYTES_PER_SECOND),
                        List.of(Figures.CPU_PER_GB)),
                new IdleConnectionsScenario(
                        "idle-connections",
                        "10,000 idle connections",
                        ONE_KB,
                        10_000,
                        1_000,
                        List.of(
                                IdleConnectionsScenario.RESIDENT.target(5),
                                IdleConnectionsScenario.P99_RATIO.atMost(1.2))),
                new IdleConsumersScenario(
                        "idle-consumers",
                        "100 idle consumers sharing 1,000 partitions",
                        100,
                        1000,
                        false,
                        List.of(IdleConsumersScenario.CPU.target(3))),
                new IdleConsumersScenario(
                        "idle-consumers-all",
                        "100 idle consumers, each on all of 1,000 partitions",
                        100,
                        1000,
                        true,
                        List.of(IdleConsumersScenario.CPU.target(3))),
                new ClusterProduceScenario(
                        "cluster-produce-1k",
                        "Three nodes: produce with three replicas, 1 KB records, 16 KB batches",
                        PLAIN,
                        rate(PLAIN, BYTES_PER_SECOND / 2),
                        List.of(Figures.CPU_PER_GB.target(2.5, 2.5), ClusterFigures.FOLLOWER_SHARE.atMost(0.5))),
                new ClusterProduceScenario(
                        "cluster-ack-latency",
                        "Three nodes: acknowledgement latency with three replicas at 500/s",
                        ONE_KB,
                        500,
                        List.of(Figures.P50.target(3, 3), Figures.P99.target(3, 3))),
                new ClusterIdleScenario(
                        "cluster-idle",
                        "Three nodes: memory of a node of an idle cluster",
                        List.of(ClusterFigures.LARGEST.atMost(120))),
                new ClusterStartScenario(
                        "cluster-start",
                        "Three nodes: start to first acknowledged record with three replicas",
                        List.of(StartScenario.FIRST_RECORD.atMost(2_000))));
    }

    private static Scenario durable(int partitions, double againstStock) {
        return new DurableScenario(
                "durable-" + partitions,
                "Acknowledged means on disk, 16 producers, " + partitions
                        + (partitions == 1 ? " partition" : " partitions"),
                partitions,
                List.of(DurableScenario.RECORDS.target(againstStock, againstStock), Figures.P99));
    }

    private static Scenario produce(
            String name, String title, Client client, Shape shape, double againstStock, double againstTuned) {
        return new ProduceScenario(
                name,
                title,
                client,
                shape,
                1,
                rate(shape, BYTES_PER_SECOND),
                List.of(Figures.CPU_PER_GB.target(againstStock, againstTuned)));
    }

    private static Scenario small(String name, String title, Client client) {
        return new ProduceScenario(
                name, title, client, SMALL, 64, 5_000, List.of(Figures.CPU_PER_REQUEST.target(5, 4)));
    }

    private static Scenario compressed(String name, String title, Client client, Shape shape, double againstTuned) {
        return new ProduceScenario(
                name,
                title,
                client,
                shape,
                1,
                rate(shape, BYTES_PER_SECOND),
                List.of(Figures.CPU_PER_GB.target(againstTuned)));
    }

    private static Scenario tail(
            String name, String title, Client client, int consumers, double bytesPerSecond, double againstTuned) {
        return new TailFetchScenario(
                name,
                title,
                client,
                PLAIN,
                consumers,
                rate(PLAIN, bytesPerSecond),
                List.of(Figures.CPU_PER_GB.target(againstTuned)));
    }

    private static Scenario latency(String name, String title, Client client) {
        return new ProduceScenario(
                name,
                title,
                client,
                ONE_KB,
                1,
                1_000,
                List.of(Figures.P50.target(3), Figures.P999.target(5), Figures.P99));
    }

    private static Scenario endToEnd(String name, String title, Client client) {
        return new EndToEndScenario(
                name, title, client, ONE_KB, 250, List.of(Figures.P50.target(3), Figures.P99.target(5)));
    }

    /// Requests a second that carry so many bytes of record values.
    private static double rate(Shape shape, double bytesPerSecond) {
        return bytesPerSecond / shape.valueBytesPerRequest();
    }
}
