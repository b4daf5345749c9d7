package barnabas.log.file;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
    private static final int FILES = 600;
    private static final int OPEN_MAX = 500;

    @TempDir
    private Path directory;

    /// Files are used by some threads while others look for the one that has been unused longest.
    @Test
    void manyThreadsStayUnderTheLimit() throws Exception {
        var pool = new OpenFiles(new FileDisk(), OPEN_MAX);
        var files = new ArrayList<LazyFile>();
        for (int i = 0; i < FILES; i++)
            files.add(new LazyFile(pool, Files.createFile(directory.resolve(String.valueOf(i)))));
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
            var random = new SplittableRandom(t);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 40_000; i++) {
                        var file = files.get(random.nextInt(FILES));
                        file.acquire();
                        file.release();
                    }
                } catch (Throwable failed) {
                    failures.add(failed);
                }
            }));
        }
        for (var thread : threads) thread.join();
        assertThat(failures).isEmpty();
        assertThat(pool.count()).isLessThanOrEqualTo(OPEN_MAX);
    }

    /// The space of a deleted file is free when no reader has it open any more.
    @Test
    void aDeletedLogKeepsNoFileOpen() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var logs = fixture.openDirectory();
        var log = fixture.openLog(logs);
        while (log.segmentCount() < 4) LogFixture.append(log, "x".repeat(100));
        log.reconfigure(LogFixture.SMALL.withRetention(new LogConfig.Retention(true, -1, 2000, 60_000)));
        assertThat(log.applyRetention(fixture.clock.millis(), log.logEndOffset()))
                .isPositive();
        var reader = (LogSlice) log.read(log.logStartOffset(), 100, true, log.logEndOffset());
        logs.deleteLog(LogFixture.PARTITION);
        assertThat(logs.openFileCount()).as("what is being read").isLessThanOrEqualTo(1);
        reader.close();
        assertThat(logs.openFileCount()).isZero();
        assertThat(fixture.disk.openFiles()).isZero();
    }

    /// Each slice of an answer holds its file until the client has read it: who fetches many partitions from their
    /// beginning would take all descriptors of the process.
    @Test
    void aReadThatMayBeLeftOutOpensNoFileBeyondTheLimit() throws Exception {
        int openMax = 4;
        var fixture = new LogFixture(LogFixture.SMALL);
        var all = fixture.environment;
        var few = new LogEnvironment(
                all.disk(),
                all.clock(),
                all.threads(),
                all.random(),
                all.background(),
                openMax,
                all.producers(),
                all.durability());
        var logs = LogFixture.open(LogFixture.ROOT, few);
        var log = fixture.openLog(logs);
        while (log.segmentCount() < 20) LogFixture.append(log, "x".repeat(100));
        var slices = new ArrayList<LogSlice>();
        for (long base : log.segmentBaseOffsets())
            slices.add((LogSlice) log.read(base, 1000, false, log.logEndOffset()));
        long full = slices.stream().filter(slice -> !slice.isEmpty()).count();
        assertThat(full).isBetween(1L, openMax + 1L);
        assertThat(logs.openFileCount()).isLessThanOrEqualTo(openMax + 1);
        long cold = log.segmentBaseOffsets().get(10);
        var needed = (LogSlice) log.read(cold, 1000, true, log.logEndOffset());
        assertThat(needed.isEmpty()).as("the first of an answer").isFalse();
        needed.close();
        slices.forEach(LogSlice::close);
        try (var later = (LogSlice) log.read(cold, 1000, false, log.logEndOffset())) {
            assertThat(later.isEmpty()).as("once the answers are sent").isFalse();
        }
    }
}
