package barnabas.log;

import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.log.segment.StoredBatches;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The same log compacted by us and by Kafka's cleaner, each in a process of its own with the same heap. Not part of
/// the build; docs/performance/compaction.md has the command and what came out.
@EnabledIfSystemProperty(named = "barnabas.compaction.records", matches = "\\d+")
class CompactionMeasurement {
    private static final long RECORDS = Long.getLong("barnabas.compaction.records", 0);
    private static final int KEYS = Integer.getInteger("barnabas.compaction.keys", 1_000_000);
    private static final int ROUNDS = Integer.getInteger("barnabas.compaction.rounds", 2);
    private static final int RECORDS_PER_BATCH = 100;
    private static final int VALUE_BYTES = 100;
    private static final long KEY_MAP_BYTES = 128L << 20;
    private static final int IO_BUFFER_BYTES = 512 * 1024;
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final LogConfig CONFIG = LogConfig.DEFAULTS
            .withSegments(new LogConfig.Segments(256 << 20, 604_800_000, 0, 4096, 10_485_760, false))
            .withRetention(new LogConfig.Retention(false, -1, -1, 0))
            .withCompaction(new LogConfig.Compaction(true, 0, 86_400_000, 0, Long.MAX_VALUE));

    @TempDir
    Path temporary;

    @Test
    void besideKafka() throws Exception {
        var original = temporary.resolve("original");
        write(original);
        var lines = new ArrayList<String>();
        for (int round = 0; round < ROUNDS; round++)
            for (var whose : List.of("barnabas", "kafka")) lines.add(inItsOwnProcess(whose, original, round));
        lines.forEach(System.out::println);
        var survivors = lines.stream().map(line -> line.replaceAll(".* leaving (\\d+) .*", "$1"));
        assertThat(survivors.distinct())
                .as("the same records survive: %s", lines)
                .hasSize(1);
    }

    private static LogDirectory directory(Path path) {
        var environment = new LogEnvironment(
                new FileDisk(),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new Random(1),
                Runnable::run,
                1000,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
        return switch (LogDirectory.open(path, new LogDirectory.Identity(Optional.of("cluster"), 1), environment)) {
            case LogDirectory.Opening.Opened(var directory) -> directory;
            case LogDirectory.Opening.Refused(var refused, var reason) -> throw new AssertionError(refused + reason);
        };
    }

    private static void write(Path path) throws IOException {
        var directory = directory(path);
        var log = opened(directory.openLog(PARTITION, new Uuid(1, 2), CONFIG)).log();
        var random = new SplittableRandom(1);
        var value = new byte[VALUE_BYTES];
        long now = System.currentTimeMillis();
        for (long written = 0; written < RECORDS; written += RECORDS_PER_BATCH) {
            var builder = new RecordBatchBuilder(Compression.NONE);
            for (int i = 0; i < RECORDS_PER_BATCH; i++) {
                random.nextBytes(value);
                var key = ("key-" + random.nextInt(KEYS)).getBytes(StandardCharsets.UTF_8);
                builder.append(now, key, value);
            }
            assertThat(log.append(builder.build(), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Appended.class);
        }
        // all of it is to be compacted
        log.rollIfDue(now + 2 * CONFIG.segments().millis());
        log.append(LogFixture.batchOfKeys("the active segment", "is not"), AppendOrigin.CLIENT, 0);
        directory.close();
    }

    private String inItsOwnProcess(String whose, Path original, int round) throws Exception {
        var copy = temporary.resolve(whose + round);
        Files.createDirectories(copy.resolve("t-0"));
        try (var files = Files.walk(original)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                Files.copy(file, copy.resolve(original.relativize(file).toString()));
        }
        var command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CompactionMeasurement.class.getName(),
                whose,
                copy.toString());
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    /// @param arguments whose cleaner, and the log directory
    public static void main(String[] arguments) throws Exception {
        var path = Path.of(arguments[1]);
        boolean ours = arguments[0].equals("barnabas");
        var result = ours ? compact(path) : compactAsKafka(path.resolve("t-0"));
        System.out.printf(
                "%s: %d ms, leaving %d records in %d MB; CPU %d ms, resident at most %d MB%n",
                arguments[0],
                result.millis(),
                result.records(),
                result.bytes() >> 20,
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis(),
                residentKilobytesMax() / 1024);
    }

    private record Result(long millis, long records, long bytes) {}

    private static Result compact(Path path) throws IOException {
        var directory = directory(path);
        var log = opened(directory.openLog(PARTITION, new Uuid(1, 2), CONFIG)).log();
        var settings = new LogCleaner.Settings(1, KEY_MAP_BYTES, 0.9, IO_BUFFER_BYTES, Double.MAX_VALUE, 1000);
        var cleaner = new LogCleaner(
                settings,
                List.of(directory),
                each -> OptionalLong.of(each.logEndOffset()),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new Random(1));
        long start = System.nanoTime();
        assertThat(cleaner.compactDirtiest(cleaner.means())).isTrue();
        long millis = (System.nanoTime() - start) / 1_000_000;
        long size = log.sizeBytes();
        directory.removeDeletedFiles(Long.MAX_VALUE / 2);
        directory.close();
        return new Result(millis, recordsIn(path.resolve("t-0")), size);
    }

    private static Result compactAsKafka(Path path) throws Exception {
        Map<String, String> config = new HashMap<>(Map.of(
                "cleanup.policy", "compact",
                "segment.bytes", Integer.toString(256 << 20),
                "file.delete.delay.ms", "0"));
        try (var kafka = new KafkaLog(path, config, Clock.SYSTEM, Long.MAX_VALUE, true)) {
            var log = kafka.log();
            log.updateHighWatermark(log.logEndOffset());
            long start = System.nanoTime();
            var cleaner = new Cleaner(
                    0,
                    new SkimpyOffsetMap((int) KEY_MAP_BYTES),
                    IO_BUFFER_BYTES / 2,
                    1 << 20,
                    0.9,
                    new Throttler(Double.MAX_VALUE, 300, "cleaner", "bytes", Time.SYSTEM),
                    Time.SYSTEM,
                    _ -> {});
            long uncleanable = log.activeSegment().baseOffset();
            var cleaned = cleaner.doClean(new LogToClean(log, 0, uncleanable, false), System.currentTimeMillis());
            assertThat(cleaned.getKey()).isEqualTo(RECORDS == 0 ? cleaned.getKey() : RECORDS);
            long millis = (System.nanoTime() - start) / 1_000_000;
            return new Result(millis, recordsIn(path), log.size());
        }
    }

    /// By the headers of the batches on disk now, of any writer.
    private static long recordsIn(Path path) throws IOException {
        long count = 0;
        try (var files = Files.list(path)) {
            for (var file :
                    files.filter(each -> each.toString().endsWith(".log")).toList()) {
                try (var opened = new FileDisk().openReadOnly(file)) {
                    var batches = new StoredBatches(opened, 0, Files.size(file), 0, 1 << 20);
                    while (batches.next()) count += batches.header().recordCount();
                }
            }
        }
        return count;
    }

    private static long residentKilobytesMax() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }
}
