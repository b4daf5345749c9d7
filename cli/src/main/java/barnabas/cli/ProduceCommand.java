package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.cli.console.Progress;
import barnabas.cli.records.Escapes;
import barnabas.cli.records.LineReader;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.producer.Delivery;
import barnabas.client.producer.Producer;
import barnabas.client.producer.ProducerOptions;
import barnabas.client.producer.ProducerOptions.Acks;
import barnabas.client.producer.ProducerRecord;
import barnabas.config.keys.NearestName;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "produce",
        description = "Send each line of a file or of standard input as one record.",
        footer = {
            "  barnabas produce orders --file orders.txt",
            "  echo '17:three apples' | barnabas produce orders --key-separator :",
            "  barnabas produce orders --compression zstd --acks 1 < orders.txt"
        })
final class ProduceCommand extends ClusterCommand {
    /// Largest line that fits the buffer of the producer.
    private static final int LINE_BYTES_MAX = 31 << 20;
    /// Linger for lines typed one by one; lines of a file fill a batch earlier.
    private static final Duration LINGER = Duration.ofMillis(5);

    @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic = "";

    @Option(names = "--file", paramLabel = "FILE", description = "File to read (default: standard input).")
    private @Nullable Path file;

    @Option(
            names = "--key-separator",
            paramLabel = "SEP",
            description = "Text before the first SEP of a line is the key, the rest is the value;"
                    + " \\t, \\n and \\xHH are escapes (default: no key).")
    private @Nullable String keySeparator;

    @Option(
            names = "--acks",
            paramLabel = "0|1|all",
            defaultValue = "all",
            description = "Replicas that must have a record before it counts as sent: 0 none, 1 the leader, all those"
                    + " in sync (default: all).")
    private String acks = "all";

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            description = "Codec of record batches: none, gzip, snappy, lz4 or zstd (default: none).")
    private String compression = "none";

    @Option(
            names = "--partition",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Number of the partition for all records"
                    + " (default: chosen by key, or spread evenly without one).")
    private int partition = -1;

    @Option(names = "--create", description = "Create a missing topic even if another topic has a similar name.")
    private boolean create;

    private final Interruption interruption;
    private ProducerOptions options = ProducerOptions.DEFAULT;
    private byte @Nullable [] separator;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable ClientException> firstFailure = new AtomicReference<>();

    ProduceCommand(Console console, Interruption interruption) {
        super(console);
        this.interruption = interruption;
    }

    @Override
    void prepare() {
        options = options();
        separator = separator();
    }

    @Override
    int run(Cluster cluster) throws Exception {
        try (var input = open()) {
            long size = file == null || !Files.isRegularFile(file) ? -1 : Files.size(file);
            var progress = new Progress(console, size);
            var lines = new LineReader(input, LINE_BYTES_MAX);
            if (!create) refuseTypingMistake(cluster);
            try {
                sendAll(cluster, lines, progress);
            } finally {
                progress.clear();
                summarize(lines, progress);
            }
        }
        return failed.get() == 0 ? 0 : 1;
    }

    /// The cluster may create a missing topic, as for every producer. A similar name of another topic is more likely a
    /// typing mistake, so it is refused.
    private void refuseTypingMistake(Cluster cluster) throws ClientException, Failure {
        try {
            cluster.topic(topic);
        } catch (RequestFailedException e) {
            if (e.error() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) throw e;
            cluster.refresh(null, false);
            var nearest = NearestName.to(topic, cluster.metadata().topics().keySet());
            if (nearest.isPresent()) {
                throw new Failure(
                        e.getMessage() + ": did you mean '" + nearest.get() + "'? (--create creates a new topic)");
            }
        }
    }

    private void sendAll(Cluster cluster, LineReader lines, Progress progress) throws ClientException, Failure {
        try (var producer = new Producer(cluster, options, console.random())) {
            while (!interruption.requested()) {
                byte[] line = next(lines);
                if (line == null) break;
                producer.send(record(line, lines.lines()), this::delivered);
                progress.update(delivered.get(), lines.bytes());
            }
        }
    }

    private static byte @Nullable [] next(LineReader lines) throws Failure {
        try {
            return lines.next();
        } catch (IOException e) {
            throw new Failure("the input cannot be read: " + e.getMessage(), e);
        }
    }

    private void delivered(Delivery delivery) {
        switch (delivery) {
            case Delivery.Acknowledged ignored -> delivered.incrementAndGet();
            case Delivery.Failed(var ignored, var reason) -> {
                failed.incrementAndGet();
                firstFailure.compareAndSet(null, reason);
            }
        }
    }

    private void summarize(LineReader lines, Progress progress) {
        var err = console.err();
        long count = delivered.get();
        err.println(Progress.count(count, "record") + " to '" + topic + "', "
                + Progress.size(lines.bytes()) + " read, " + Progress.count(Math.round(count / progress.seconds()))
                + " records/s");
        var failure = firstFailure.get();
        if (failure != null) {
            console.problem(Progress.count(failed.get()) + " of " + Progress.count(lines.lines())
                    + " records failed, the first with " + failure.getMessage());
        }
    }

    private ProducerRecord record(byte[] line, long number) throws Failure {
        ByteBuffer key = null;
        var value = ByteBuffer.wrap(line);
        if (separator != null) {
            int at = indexOf(line, separator);
            if (at < 0) {
                throw new Failure("line " + number + " has no key separator '" + keySeparator + "'");
            }
            key = value.slice(0, at);
            value = value.slice(at + separator.length, line.length - at - separator.length);
        }
        return new ProducerRecord(topic, partition, -1, key, value, List.of());
    }

    static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            int matched = 0;
            while (matched < wanted.length && bytes[at + matched] == wanted[matched]) matched++;
            if (matched == wanted.length) return at;
        }
        return -1;
    }

    private InputStream open() throws Failure {
        if (file == null) return console.in();
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw Failure.ofFile(file, e);
        }
    }

    private byte @Nullable [] separator() {
        if (keySeparator == null) return null;
        if (keySeparator.isEmpty()) throw misused("--key-separator is empty");
        try {
            return Escapes.bytes(keySeparator);
        } catch (IllegalArgumentException e) {
            throw misused("--key-separator: " + e.getMessage());
        }
    }

    private ProducerOptions options() {
        var whose = switch (acks) {
            case "0" -> Acks.NONE;
            case "1" -> Acks.LEADER;
            case "all", "-1" -> Acks.ALL;
            default -> throw misused("--acks", acks, List.of("0", "1", "all"));
        };
        var codec = CompressionCodec.ofConfigName(compression)
                .orElseThrow(
                        () -> misused("--compression", compression, List.of("none", "gzip", "snappy", "lz4", "zstd")));
        return ProducerOptions.DEFAULT
                .withAcks(whose)
                .withCompression(Compression.of(codec))
                .withBatches(256 << 10, LINGER);
    }
}
