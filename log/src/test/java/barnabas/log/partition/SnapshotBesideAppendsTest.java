package barnabas.log.partition;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import barnabas.log.ActiveProducer;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig.Retention;
import barnabas.log.LogFixture;
import barnabas.log.directory.LogDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The snapshot of the producers that a roll takes is written outside the log's lock, and until it is on stable storage
/// the one before and the records after it stay.
class SnapshotBesideAppendsTest {
    private static final Retention NOTHING_STAYS = new Retention(true, -1, 0, 0);

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL);
    private final SnapshotDisk disk = new SnapshotDisk();
    private LogDirectory directory = open();
    private PartitionLog log = fixture.openLog(directory);

    /// Runs something whenever a snapshot is written or forced.
    private final class SnapshotDisk extends ForwardingDisk {
        private Work onWrite = () -> {};
        private Work onForce = () -> {};

        private interface Work {
            void run() throws IOException;
        }

        SnapshotDisk() {
            super(fixture.disk);
        }

        @Override
        public DiskFile open(Path file) throws IOException {
            return watched(file, super.open(file));
        }

        @Override
        public DiskFile openExisting(Path file) throws IOException {
            return watched(file, super.openExisting(file));
        }

        private DiskFile watched(Path path, DiskFile file) {
            if (!path.toString().contains(".snapshot")) return file;
            return new ForwardingFile(file) {
                @Override
                public void write(ByteBuffer source, long position) throws IOException {
                    onWrite.run();
                    super.write(source, position);
                }

                @Override
                public void force() throws IOException {
                    onForce.run();
                    super.force();
                }
            };
        }
    }

    private LogDirectory open() {
        return LogFixture.open(LogFixture.ROOT, fixture.on(disk));
    }

    private void reopenAfterPowerCut() {
        fixture.background.clear();
        fixture.disk.loseFromCache();
        directory = open();
        log = fixture.openLog(directory);
    }

    /// Each producer writes one batch; the first of them lie in segments that are closed.
    private void fill(int segments) {
        int producers = (int) log.logEndOffset();
        while (log.segmentCount() < segments) {
            var batch = batchOf(producers++, 0, 0, false, "x".repeat(100));
            appended(log.append(batch, AppendOrigin.CLIENT_ON_LOOP, 0));
        }
    }

    private List<Path> snapshots() {
        return fixture.disk.list(LogFixture.ROOT.resolve("t-0")).stream()
                .filter(each -> each.toString().endsWith(".snapshot"))
                .toList();
    }

    private List<Long> producers() {
        return log.activeProducers().stream()
                .map(ActiveProducer::producerId)
                .sorted()
                .toList();
    }

    @Test
    void theAppendThatRollsWritesNone() {
        disk.onWrite = () -> {
            throw new AssertionError("an append writes a snapshot");
        };
        fill(3);
        assertThat(snapshots()).isEmpty();
        disk.onWrite = () -> {};
        fixture.runBackground();
        assertThat(snapshots()).hasSize(2);
        assertThat(fixture.disk.listing())
                .filteredOn(each -> each.contains(".snapshot"))
                .allMatch(each -> each.matches(".* (\\d+) bytes, \\1 durable"));
    }

    @Test
    void appendsGoOnWhileOneIsWritten() throws Exception {
        fill(2);
        var besides = new ArrayList<AppendResult>();
        disk.onWrite = () -> {
            var thread = Thread.ofVirtual().start(() -> {
                var batch = LogFixture.batch("beside");
                besides.add(log.append(batch, AppendOrigin.CLIENT_ON_LOOP, 0));
            });
            try {
                assertThat(thread.join(Duration.ofSeconds(10)))
                        .as("an append waits for a snapshot")
                        .isTrue();
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        };
        fixture.runBackground();
        assertThat(besides).hasSize(1).allMatch(AppendResult.Appended.class::isInstance);
    }

    /// A disk that does not come along takes no memory without bound.
    @Test
    void rollsBeyondABoundWriteThoseThatWait() {
        fill(12);
        assertThat(snapshots()).hasSizeGreaterThanOrEqualTo(9);
    }

    /// Recovery goes on from the snapshot before, and writes those that are missing.
    @Test
    void aCrashBeforeItIsWrittenForgetsNoProducer() {
        fill(3);
        fixture.runBackground();
        fill(5);
        var before = producers();
        assertThat(snapshots()).hasSize(2);
        fixture.background.clear();
        fixture.disk.keepCache();
        directory = open();
        log = fixture.openLog(directory);
        assertThat(producers()).isEqualTo(before);
        assertThat(snapshots()).hasSize(4);
        var again = batchOf(before.getLast(), 0, 0, false, "x".repeat(100));
        assertThat(log.append(again, AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Duplicate.class);
    }

    /// Retention frees what snapshots on disk allow, and the rest once there is space again.
    @Test
    void onAFullDiskRetentionGoesAsFarAsSnapshotsAreThere() throws Exception {
        fill(4);
        fixture.runBackground();
        fill(6);
        var before = producers();
        log.reconfigure(LogFixture.SMALL.withRetention(NOTHING_STAYS));
        fixture.disk.capacity(fixture.disk.bytes());
        assertThat(log.applyRetention(fixture.clock.millis(), log.logEndOffset()))
                .as("the snapshot of the fourth segment is on disk, of the fifth and sixth in memory")
                .isEqualTo(3);
        log.removeDeletedFiles(fixture.clock.millis());
        assertThat(log.applyRetention(fixture.clock.millis(), log.logEndOffset()))
                .isEqualTo(3);
        assertThat(directory.failure()).isEmpty();
        reopenAfterPowerCut();
        assertThat(producers()).isEqualTo(before);
    }

    /// A flush that was about to force a snapshot does not count as one that did.
    @Test
    void retentionBesideAFlushForcesTheSnapshotItself() throws Exception {
        fill(3);
        var before = producers();
        long third = log.segmentBaseOffsets().getLast();
        log.reconfigure(LogFixture.SMALL.withRetention(NOTHING_STAYS));
        disk.onForce = () -> {
            disk.onForce = () -> {};
            assertThat(log.applyRetention(fixture.clock.millis(), third)).isEqualTo(2);
            log.removeDeletedFiles(fixture.clock.millis());
            reopenAfterPowerCut();
            throw new IOException("the power is gone");
        };
        fixture.runBackground();
        assertThat(log.segmentCount()).isOne();
        assertThat(producers()).isEqualTo(before);
    }

    /// The directory of a deleted partition may belong to another one by now.
    @Test
    void aDeletedPartitionWritesNone() {
        fill(3);
        log.delete();
        fixture.runBackground();
        assertThat(snapshots()).isEmpty();
    }

    @Test
    void aTruncationForgetsThoseThatWait() throws Exception {
        fill(3);
        append(log, "last");
        long cut = log.segmentBaseOffsets().get(1) - 1;
        log.truncateTo(cut);
        fixture.runBackground();
        assertThat(snapshots()).isEmpty();
        var before = producers();
        log.flush();
        reopenAfterPowerCut();
        assertThat(producers()).isEqualTo(before).hasSize((int) cut);
    }
}
