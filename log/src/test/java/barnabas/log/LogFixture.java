package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Disk;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.log.AppendResult.Appended;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.Journal;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.LogRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/// A log directory with one partition on a simulated disk and a manual clock.
public final class LogFixture {
    public static final Path ROOT = Path.of("/data");
    public static final TopicPartition PARTITION = new TopicPartition("t", 0);
    public static final Uuid TOPIC_ID = new Uuid(1, 2);
    public static final long START_MILLIS = 1_700_000_000_000L;
    public static final LogConfig SMALL =
            LogConfig.DEFAULTS.withSegments(new LogConfig.Segments(2000, 604_800_000, 0, 200, 10_485_760, false));

    public final ManualClock clock = new ManualClock(START_MILLIS);
    public final SimulatedDisk disk;
    /// Work that the log handed to the background and that has not run yet.
    public final ArrayDeque<Runnable> background = new ArrayDeque<>();
    public final LogEnvironment environment;
    public LogConfig config;

    public LogFixture(long seed, LogConfig config) {
        this.disk = new SimulatedDisk(seed, clock);
        this.environment = on(disk, seed);
        this.config = config;
    }

    /// The same environment on a disk that is this one in disguise.
    public LogEnvironment on(Disk disguised) {
        return on(disguised, 1);
    }

    private LogEnvironment on(Disk used, long seed) {
        return new LogEnvironment(
                used,
                clock,
                Threads.SYSTEM,
                new Random(seed),
                background::add,
                1000,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
    }

    /// An environment whose journals of 2 MB commit when they are asked to.
    ///
    /// @param journals gets the journals
    public static LogEnvironment journaled(
            Disk disk, ManualClock clock, RandomGenerator random, List<Journal> journals) {
        return new LogEnvironment(
                disk,
                clock,
                Threads.SYSTEM,
                random,
                Runnable::run,
                1000,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                new LogEnvironment.Durability(2 << 20, 1, (journal, _) -> {
                    journals.add(journal);
                    return () -> {};
                }));
    }

    public LogFixture(LogConfig config) {
        this(1, config);
    }

    public LogDirectory openDirectory() {
        return open(ROOT, environment);
    }

    public static LogDirectory open(Path root, LogEnvironment environment) {
        return switch (LogDirectory.open(root, new LogDirectory.Identity(Optional.of("cluster"), 1), environment)) {
            case LogDirectory.Opening.Opened(var directory) -> directory;
            case LogDirectory.Opening.Refused(var path, var reason) -> throw new AssertionError(path + ": " + reason);
        };
    }

    public PartitionLog openLog(LogDirectory directory) {
        return opened(directory.openLog(PARTITION, TOPIC_ID, config)).log();
    }

    public static LogOpening.Opened opened(LogOpening opening) {
        return switch (opening) {
            case LogOpening.Opened opened -> opened;
            case LogOpening.Damaged damaged -> throw new AssertionError(damaged);
            case LogOpening.Failed(var partition, var cause) -> throw new AssertionError(partition.toString(), cause);
        };
    }

    public void runBackground() {
        while (!background.isEmpty()) background.remove().run();
    }

    public static ByteBuffer batch(String... values) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (var value : values) builder.append(START_MILLIS, null, value.getBytes(StandardCharsets.UTF_8));
        return builder.build();
    }

    public static ByteBuffer batchAt(long timestamp, String... values) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (var value : values) builder.append(timestamp, null, value.getBytes(StandardCharsets.UTF_8));
        return builder.build();
    }

    public static ByteBuffer batchOf(
            long producerId, int epoch, int sequence, boolean transactional, String... values) {
        var builder = new RecordBatchBuilder(Compression.NONE).producer(producerId, (short) epoch, sequence);
        if (transactional) builder.transactional();
        for (var value : values) builder.append(START_MILLIS, null, value.getBytes(StandardCharsets.UTF_8));
        return builder.build();
    }

    public static ByteBuffer batchOfKeys(String... keysAndValues) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            var value = keysAndValues[i + 1];
            builder.append(
                    START_MILLIS,
                    keysAndValues[i].getBytes(StandardCharsets.UTF_8),
                    value.equals("null") ? null : value.getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    public static Appended appended(AppendResult result) {
        assertThat(result).isInstanceOf(Appended.class);
        return (Appended) result;
    }

    public static Appended append(PartitionLog log, String... values) {
        return appended(log.append(
                batch(values), AppendOrigin.CLIENT, log.latestLeaderEpoch().orElse(0)));
    }

    /// The values of all records from an offset on, read in pieces.
    public static List<String> valuesFrom(PartitionLog log, long offset) throws IOException {
        var values = new ArrayList<String>();
        for (var record : recordsFrom(log, offset, log.logEndOffset())) values.add(text(record));
        return values;
    }

    static String text(LogRecord record) {
        return record.value() == null
                ? "null"
                : StandardCharsets.UTF_8.decode(record.value().duplicate()).toString();
    }

    public static List<LogRecord> recordsFrom(PartitionLog log, long offset, long bound) throws IOException {
        var records = new ArrayList<LogRecord>();
        long next = offset;
        while (next < bound) {
            var bytes = read(log, next, 700, bound);
            var batches = new BatchCursor(bytes);
            long before = next;
            while (batches.next()) {
                var batch = batches.batch();
                assertThat(batch.crcMatches()).as("crc of %s", batch).isTrue();
                if (!batch.isControl()) addRecords(batch, next, records);
                next = batch.nextOffset();
            }
            if (next == before) return records;
        }
        return records;
    }

    private static void addRecords(RecordBatch batch, long from, List<LogRecord> target) {
        try (var cursor = RecordCursor.over(batch, Long.MAX_VALUE)) {
            while (cursor.next()) if (cursor.offset() >= from) target.add(cursor.record());
        } catch (InvalidRecordsException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public static ByteBuffer read(PartitionLog log, long offset, int maxBytes, long bound) throws IOException {
        var result = log.read(offset, maxBytes, true, bound);
        assertThat(result).isInstanceOf(LogSlice.class);
        try (var slice = (LogSlice) result) {
            return slice.copy();
        }
    }
}
