package barnabas.micro;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Appending a batch of 16 KB, and finding bytes again: at the tail, and anywhere (which is the index look-up). Nothing
/// is copied out by a read; it ends where the network would take over.
///
/// The log is in `java.io.tmpdir`; retention keeps it below half a gigabyte between iterations.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogBenchmark {
    private static final int BATCH_RECORDS = 16;
    private static final int PREFILLED_BATCHES = 16_384;
    private static final long LOG_BYTES_MAX = 512L << 20;

    private final ByteBuffer batch = Batches.of(BATCH_RECORDS, 1000);
    private final SplittableRandom random = new SplittableRandom(1);
    private @Nullable Path folder;
    private @Nullable LogDirectory directory;
    private @Nullable PartitionLog opened;

    @Setup
    public void open() throws IOException {
        Path created = Files.createTempDirectory("barnabas-micro");
        folder = created;
        LogEnvironment world = new LogEnvironment(
                new FileDisk(),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new SplittableRandom(2),
                Runnable::run,
                100,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
        LogConfig defaults = LogConfig.DEFAULTS;
        LogConfig.Segments segments = defaults.segments();
        LogConfig config = defaults.withSegments(new LogConfig.Segments(
                        64 << 20, segments.millis(), 0, segments.indexIntervalBytes(), segments.indexBytes(), false))
                .withRetention(new LogConfig.Retention(true, -1, LOG_BYTES_MAX, 0));
        LogDirectory.Opening opening =
                LogDirectory.open(created, new LogDirectory.Identity(Optional.of("micro"), 1), world);
        if (!(opening instanceof LogDirectory.Opening.Opened(LogDirectory ready))) {
            throw new IOException(opening.toString());
        }
        directory = ready;
        LogOpening log = ready.openLog(new TopicPartition("micro", 0), new Uuid(1, 2), config);
        if (!(log instanceof LogOpening.Opened(PartitionLog usable, LogOpening.Recovery _))) {
            throw new IOException(log.toString());
        }
        opened = usable;
        for (int i = 0; i < PREFILLED_BATCHES; i++) {
            append();
        }
    }

    private PartitionLog log() {
        if (opened == null) {
            throw new IllegalStateException("not set up");
        }
        return opened;
    }

    @TearDown(Level.Iteration)
    public void trim() throws IOException {
        log().applyRetention(System.currentTimeMillis(), log().logEndOffset());
        if (directory != null) {
            directory.removeDeletedFiles(System.nanoTime());
        }
    }

    @TearDown
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
        if (folder != null) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Benchmark
    public AppendResult append() {
        // the log has set the offset in the buffer; clients' batches start at 0
        batch.putLong(batch.position(), 0);
        AppendResult result = log().append(batch, AppendOrigin.CLIENT, 0);
        if (!(result instanceof AppendResult.Appended)) {
            throw new IllegalStateException(result.toString());
        }
        return result;
    }

    @Benchmark
    public int readTail() {
        return read(log().logEndOffset() - BATCH_RECORDS);
    }

    @Benchmark
    public int readAnywhere() {
        PartitionLog log = log();
        return read(random.nextLong(log.logStartOffset(), log.logEndOffset()));
    }

    private int read(long offset) {
        PartitionLog log = log();
        ReadResult result = log.read(offset, 1 << 20, true, log.logEndOffset());
        if (!(result instanceof LogSlice slice)) {
            throw new IllegalStateException(result.toString());
        }
        try (slice) {
            return slice.sizeBytes();
        }
    }
}
