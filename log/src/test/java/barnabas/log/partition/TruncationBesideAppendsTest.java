package barnabas.log.partition;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ForwardingDisk;
import barnabas.base.SimulatedDisk;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The files of a truncation are changed without the log's lock: appends on event loops do not wait for the disk, and
/// those on other threads come after it.
class TruncationBesideAppendsTest {
    private static final long LONG_SECONDS = 10;

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL);
    private final WatchedDisk disk = new WatchedDisk(fixture.disk);
    private final PartitionLog log;

    TruncationBesideAppendsTest() {
        log = fixture.openLog(LogFixture.open(LogFixture.ROOT, fixture.on(disk)));
        for (int i = 0; i < 8; i++) append(log, Integer.toString(i));
        while (log.segmentCount() < 3) append(log, "x".repeat(300));
    }

    /// Runs something whenever names or deletions of the truncating thread reach the disk. The appends and flushes
    /// beside it reach the disk too, once the truncation has ended, and are not watched.
    private static final class WatchedDisk extends ForwardingDisk {
        private final Thread truncating = Thread.currentThread();
        private volatile Runnable watch = () -> {};

        WatchedDisk(SimulatedDisk real) {
            super(real);
        }

        private void look() {
            if (Thread.currentThread() == truncating) watch.run();
        }

        @Override
        public void delete(Path path) throws IOException {
            look();
            super.delete(path);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            look();
            super.forceDirectory(directory);
        }
    }

    private static <T> CompletableFuture<T> beside(Callable<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        });
        return result.orTimeout(LONG_SECONDS, TimeUnit.SECONDS);
    }

    private interface Truncation {
        void run() throws IOException;
    }

    /// Truncates while an event loop appends at each step on the disk.
    private List<AppendResult> answersWhile(Truncation truncation) throws IOException {
        var answers = new ArrayList<AppendResult>();
        disk.watch = () -> {
            try {
                for (AppendOrigin origin : List.of(AppendOrigin.CLIENT_ON_LOOP, AppendOrigin.REPLICATION_ON_LOOP))
                    answers.add(
                            beside(() -> log.append(batch("loop"), origin, 0)).join());
            } catch (CompletionException waited) {
                throw new AssertionError("an append waits for the disk", waited);
            }
        };
        truncation.run();
        disk.watch = () -> {};
        return answers;
    }

    @Test
    void appendsOnEventLoopsDoNotWaitForTheDisk() throws IOException {
        List<AppendResult> answers = answersWhile(() -> log.truncateTo(4));
        assertThat(answers).hasSizeGreaterThan(3).containsOnly(new AppendResult.TakesLong());
        assertThat(log.logEndOffset()).isEqualTo(4);
        append(log, "new");
        assertThat(valuesFrom(log, 0)).containsExactly("0", "1", "2", "3", "new");
    }

    /// The batch is as it came, so that another thread can check it again.
    @Test
    void anAppendThatIsHandedOnIsUnchanged() throws IOException {
        log.reconfigure(log.config()
                .withTimestamps(
                        new LogConfig.Timestamps(TimestampType.LOG_APPEND_TIME, Long.MAX_VALUE, Long.MAX_VALUE)));
        var batch = batch("handed on");
        disk.watch = () ->
                assertThat(log.append(batch, AppendOrigin.CLIENT_ON_LOOP, 0)).isEqualTo(new AppendResult.TakesLong());
        log.truncateTo(4);
        disk.watch = () -> {};
        LogFixture.appended(log.append(batch, AppendOrigin.CLIENT, 0));
    }

    @Test
    void appendsOnEventLoopsDoNotWaitForAnEmptiedLog() throws IOException {
        List<AppendResult> answers = answersWhile(() -> log.truncateFullyAndStartAt(100));
        assertThat(answers).hasSizeGreaterThan(3).containsOnly(new AppendResult.TakesLong());
        append(log, "new");
        assertThat(valuesFrom(log, 100)).containsExactly("new");
    }

    @Test
    void otherAppendsAndFlushesComeAfterTheTruncation() throws IOException {
        var appends = new ArrayList<CompletableFuture<AppendResult>>();
        var flushes = new ArrayList<CompletableFuture<Long>>();
        disk.watch = () -> {
            int number = appends.size();
            appends.add(beside(() -> log.append(batch("late" + number), AppendOrigin.CLIENT, 0)));
            flushes.add(beside(() -> {
                log.flush();
                return log.recoveryPoint();
            }));
        };
        log.truncateTo(4);
        disk.watch = () -> {};
        var offsets = new ArrayList<Long>();
        for (var each : appends) offsets.add(LogFixture.appended(each.join()).baseOffset());
        for (var each : flushes) assertThat(each.join()).isBetween(4L, log.logEndOffset());
        assertThat(offsets)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(4, 4 + offsets.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(valuesFrom(log, 0).subList(0, 4)).containsExactly("0", "1", "2", "3");
    }
}
