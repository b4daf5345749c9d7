package barnabas.log.directory;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import barnabas.base.SimulatedDisk;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Appends on event loops do not wait while another thread waits for the disk: not in the last step of a move to
/// another directory, nor while a log is forced as `flush.messages` says.
class DiskBesideAppendsTest {
    private static final long LONG_SECONDS = 10;

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL);
    private final WatchedDisk disk = new WatchedDisk(fixture.disk);
    private LogDirectory source;
    private LogDirectory target;
    private PartitionLog log;

    @BeforeEach
    void openDirectories() {
        source = open("/a");
        target = open("/b");
        log = fixture.openLog(source);
        for (int i = 0; i < 8; i++) append(log, Integer.toString(i));
    }

    private LogDirectory open(String path) {
        return LogFixture.open(Path.of(path), fixture.on(disk));
    }

    /// Runs something whenever the test's own thread renames or forces.
    private static final class WatchedDisk extends ForwardingDisk {
        private final Thread watched = Thread.currentThread();
        private volatile Runnable watch = () -> {};

        WatchedDisk(SimulatedDisk real) {
            super(real);
        }

        private void look() {
            if (Thread.currentThread() == watched) watch.run();
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            look();
            super.rename(from, to);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            look();
            super.forceDirectory(directory);
        }

        @Override
        public DiskFile open(Path file) throws IOException {
            return new ForwardingFile(super.open(file)) {
                @Override
                public void force() throws IOException {
                    look();
                    super.force();
                }
            };
        }
    }

    private static <T> T beside(Callable<T> work) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        });
        try {
            return result.orTimeout(LONG_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException waited) {
            throw new AssertionError("an append waits for the disk", waited);
        }
    }

    private AppendResult appendOnLoop(String value) {
        return beside(() -> log.append(batch(value), AppendOrigin.CLIENT_ON_LOOP, 0));
    }

    @Test
    void theEndOfAMoveHandsThemOn() throws IOException {
        var move = LogMove.begin(source, target, log);
        while (move.copy() > 0) fixture.runBackground();
        append(log, "8");
        var answers = new ArrayList<AppendResult>();
        var published = new ArrayList<PartitionLog>();
        disk.watch = () -> {
            if (published.isEmpty() && move.lag() == 0) answers.add(appendOnLoop("loop"));
        };
        assertThat(move.swap(published::add)).isTrue();
        disk.watch = () -> {};
        assertThat(answers).contains(new AppendResult.TakesLong()).doesNotContainNull();
        assertThat(appendOnLoop("late")).isInstanceOf(AppendResult.Closed.class);
        var moved = published.getFirst();
        assertThat(valuesFrom(moved, 0)).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
        append(moved, "9");
    }

    @Test
    void aFlushByMessagesRunsBesideThem() throws IOException {
        log.flush();
        log.reconfigure(log.config().withFlush(new LogConfig.Flush(3, Long.MAX_VALUE, false)));
        append(log, "8");
        append(log, "9");
        var answers = new ArrayList<AppendResult>();
        disk.watch = () -> answers.add(appendOnLoop("loop" + answers.size()));
        append(log, "10");
        disk.watch = () -> {};
        assertThat(log.recoveryPoint()).isEqualTo(11);
        assertThat(answers).isNotEmpty().first().isInstanceOf(AppendResult.Appended.class);
    }

    /// The event loop does not force: it hands on the append that would have to.
    @Test
    void aFlushByMessagesLeavesTheLoop() throws IOException {
        log.flush();
        log.reconfigure(log.config()
                .withFlush(new LogConfig.Flush(2, Long.MAX_VALUE, false))
                .withTimestamps(
                        new LogConfig.Timestamps(TimestampType.LOG_APPEND_TIME, Long.MAX_VALUE, Long.MAX_VALUE)));
        assertThat(appendOnLoop("8")).isInstanceOf(AppendResult.Appended.class);
        var second = batch("9");
        assertThat(beside(() -> log.append(second, AppendOrigin.CLIENT_ON_LOOP, 0)))
                .isEqualTo(new AppendResult.TakesLong());
        assertThat(log.recoveryPoint()).isEqualTo(8);
        LogFixture.appended(log.append(second, AppendOrigin.CLIENT, 0));
        assertThat(log.recoveryPoint()).isEqualTo(10);
        assertThat(valuesFrom(log, 8)).isEqualTo(List.of("8", "9"));
    }
}
