package barnabas.log;

import static barnabas.log.LogFixture.START_MILLIS;
import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.base.ManualClock;
import barnabas.base.Threads;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.compaction.KeyHash;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.compaction.RateLimit;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same log compacted by us and by Kafka's own cleaner, several times over as tombstones and markers come of age:
/// the same records survive.
class CompactionAgainstKafkaTest {
    private static final int ROUNDS = 4;
    private static final int APPENDS_PER_ROUND = 70;
    private static final long DELETE_RETENTION_MILLIS = 20_000;

    @TempDir
    Path temporary;

    private final ManualClock clock = new ManualClock(START_MILLIS);
    private final Map<String, String> kafkaConfig = new HashMap<>(Map.of(
            "cleanup.policy", "compact",
            "internal.segment.bytes", "6000",
            "index.interval.bytes", "300",
            "delete.retention.ms", Long.toString(DELETE_RETENTION_MILLIS),
            "segment.index.bytes", "10485760"));
    private final LogConfig config = LogConfig.DEFAULTS
            .withSegments(new LogConfig.Segments(6000, 604_800_000, 0, 300, 10_485_760, false))
            .withRetention(new LogConfig.Retention(false, -1, -1, 60_000))
            .withCompaction(new LogConfig.Compaction(true, 0.5, DELETE_RETENTION_MILLIS, 0, Long.MAX_VALUE));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSameRecordsSurvive(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var directory = openDirectory(temporary.resolve("ours"));
        var ours = opened(directory.openLog(new TopicPartition("t", 0), new Uuid(1, 2), config))
                .log();
        try (var kafka = new KafkaLog(temporary.resolve("kafka/t-0"), kafkaConfig, clock, 0, true)) {
            var workload = new Workload(random);
            long ourClean = 0;
            long kafkasClean = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < APPENDS_PER_ROUND; i++) append(ours, kafka, workload.next(clock.millis()));
                // decided, all of it
                for (var marker : workload.endAll(clock.millis())) append(ours, kafka, marker);
                ours.flush();
                kafka.log().flush(false);
                ourClean = compact(ours, ourClean);
                kafkasClean = compact(kafka, kafkasClean);
                assertThat(ourClean).as("round %d", round).isEqualTo(kafkasClean);
                assertThat(recordsOf(ours))
                        .as("round %d, ours against Kafka's", round)
                        .isEqualTo(recordsOf(kafka));
                clock.advance(Duration.ofMillis(random.nextLong(DELETE_RETENTION_MILLIS)));
            }
            assertThat(recordsOf(ours)).as("something was removed").hasSizeLessThan((int) ourClean);
        }
    }

    private LogDirectory openDirectory(Path path) {
        var environment = new LogEnvironment(
                new FileDisk(),
                clock,
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

    private static void append(PartitionLog ours, KafkaLog kafka, Append append) {
        var copy = ByteBuffer.allocate(append.bytes().remaining())
                .put(append.bytes().duplicate())
                .flip();
        assertThat(ours.append(append.bytes(), append.origin(), 0)).isInstanceOf(AppendResult.Appended.class);
        assertThat(kafka.append(copy, append.origin(), 0, 1)).startsWith("appended");
    }

    private long compact(PartitionLog log, long cleanedUpTo) throws Exception {
        long end = log.logEndOffset();
        var plan = log.planCompaction(cleanedUpTo, log.decidedUpTo(end), clock.millis());
        var means = new CompactionEnvironment(
                new LatestOffsets(1 << 20, 0.9),
                new KeyHash(new Random(1)),
                new RateLimit(Double.MAX_VALUE, clock),
                16 * 1024);
        var result = log.compact(plan, means, clock.millis());
        assertThat(result).isInstanceOf(CompactionResult.Compacted.class);
        return ((CompactionResult.Compacted) result).cleanedUpTo();
    }

    private long compact(KafkaLog kafka, long cleanedUpTo) throws Exception {
        var log = kafka.log();
        log.updateHighWatermark(log.logEndOffset());
        long uncleanable = log.activeSegment().baseOffset();
        var cleaner = new Cleaner(
                0,
                new SkimpyOffsetMap(1 << 20),
                64 * 1024,
                1 << 20,
                0.9,
                new Throttler(Double.MAX_VALUE, 300, "cleaner", "bytes", Time.SYSTEM),
                new KafkaLog.KafkaTime(clock),
                _ -> {});
        var toClean = new LogToClean(log, cleanedUpTo, uncleanable, false);
        return cleaner.doClean(toClean, clock.millis()).getKey();
    }

    private static List<String> recordsOf(PartitionLog log) throws Exception {
        var found = new ArrayList<String>();
        long next = log.logStartOffset();
        while (next < log.logEndOffset()) {
            var cursor = new BatchCursor(LogFixture.read(log, next, 4000, log.logEndOffset()));
            while (cursor.next()) {
                next = cursor.batch().nextOffset();
                if (!cursor.batch().isControl()) addRecords(cursor.batch(), found);
            }
        }
        return found;
    }

    private static void addRecords(RecordBatch batch, List<String> target) throws Exception {
        try (var records = RecordCursor.over(batch, Long.MAX_VALUE)) {
            while (records.next()) {
                var record = records.record();
                var key = record.key();
                target.add(record.offset() + " " + record.timestamp() + " "
                        + (key == null ? "null" : StandardCharsets.UTF_8.decode(key)) + "=" + LogFixture.text(record));
            }
        }
    }

    private static List<String> recordsOf(KafkaLog kafka) throws Exception {
        var found = new ArrayList<String>();
        for (var segment : kafka.log().logSegments())
            for (var batch : segment.log().batches())
                if (!batch.isControlBatch())
                    for (var record : batch)
                        found.add(record.offset() + " " + record.timestamp() + " "
                                + (record.hasKey() ? StandardCharsets.UTF_8.decode(record.key()) : "null") + "="
                                + (record.hasValue() ? StandardCharsets.UTF_8.decode(record.value()) : "null"));
        return found;
    }

    private record Append(ByteBuffer bytes, AppendOrigin origin) {}

    /// Keyed data of plain, idempotent and transactional producers in every codec, tombstones, commits and aborts.
    private static final class Workload {
        private final SplittableRandom random;
        private final Map<Long, Integer> sequences = new HashMap<>();
        private final List<Long> open = new ArrayList<>();

        private Workload(SplittableRandom random) {
            this.random = random;
        }

        private Append next(long now) {
            if (!open.isEmpty() && random.nextInt(5) == 0) return end(open.get(random.nextInt(open.size())), now);
            long producerId = random.nextInt(7) - 1;
            var codecs = CompressionCodec.values();
            var codec = random.nextBoolean() ? CompressionCodec.NONE : codecs[random.nextInt(codecs.length)];
            var builder = new RecordBatchBuilder(Compression.of(codec));
            boolean transactional = producerId >= 3;
            int count = 1 + random.nextInt(6);
            if (producerId >= 0) {
                int sequence = sequences.merge(producerId, count, Integer::sum) - count;
                builder.producer(producerId, (short) 0, sequence);
            }
            if (transactional) {
                builder.transactional();
                if (!open.contains(producerId)) open.add(producerId);
            }
            for (int i = 0; i < count; i++) {
                var key = ("key " + random.nextInt(random.nextInt(4) == 0 ? 400 : 30)).getBytes(StandardCharsets.UTF_8);
                var value = random.nextInt(6) == 0
                        ? null
                        : ("value " + random.nextInt(1000) + "x".repeat(random.nextInt(60)))
                                .getBytes(StandardCharsets.UTF_8);
                builder.append(now - random.nextInt(1000), key, value);
            }
            return new Append(builder.build(), AppendOrigin.CLIENT);
        }

        private Append end(long producerId, long now) {
            open.remove(producerId);
            return new Append(
                    ControlRecord.endTransaction(random.nextInt(3) > 0, producerId, (short) 0, 0, now),
                    AppendOrigin.COORDINATOR);
        }

        private List<Append> endAll(long now) {
            var ends = new ArrayList<Append>();
            for (long producerId : List.copyOf(open)) ends.add(end(producerId, now));
            return ends;
        }
    }
}
