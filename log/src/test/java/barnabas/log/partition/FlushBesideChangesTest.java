package barnabas.log.partition;

import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.FileDisk;
import barnabas.base.ForwardingDisk;
import barnabas.base.ManualClock;
import barnabas.base.Threads;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.Journal;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flushes and appends that something else of the process gets in the way of.
class FlushBesideChangesTest {
    /// A flush that retention overtakes has forced nothing: what it had taken is forced by the next one.
    @Test
    void snapshotsOfAFlushThatWasOvertakenAreForcedByTheNext() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var overtaken = new AtomicBoolean();
        var disk = new ForwardingDisk(fixture.disk) {
            @Override
            public DiskFile openExisting(Path file) throws IOException {
                if (overtaken.get() && file.endsWith("00000000000000000000.log"))
                    throw new NoSuchFileException(file.toString());
                return super.openExisting(file);
            }
        };
        PartitionLog log = open(open(LogFixture.ROOT, environment(disk)));
        for (int i = 0; log.segmentCount() < 2; i++)
            LogFixture.appended(log.append(batchOf(7, 0, i, false, "x".repeat(100)), AppendOrigin.CLIENT, 0));
        log.releaseFiles();
        overtaken.set(true);
        log.flush();
        overtaken.set(false);
        log.flush();
        assertThat(fixture.disk.listing())
                .filteredOn(each -> each.contains(".snapshot"))
                .isNotEmpty()
                .allMatch(each -> each.matches(".* (\\d+) bytes, \\1 durable"));
        fixture.disk.loseFromCache();
        assertThat(LogFixture.valuesFrom(fixture.openLog(fixture.openDirectory()), 0))
                .hasSizeGreaterThan(1);
    }

    /// A file that was deleted behind the log's back is an error of every flush, and costs no other partition.
    @Test
    void missingSegmentIsAFailureOfTheFlush() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        LogDirectory directory = open(LogFixture.ROOT, environment(fixture.disk));
        PartitionLog log = open(directory);
        for (int i = 0; log.segmentCount() < 3; i++) LogFixture.append(log, "x".repeat(100) + i);
        log.releaseFiles();
        Path gone = LogFixture.ROOT.resolve("t-0").resolve("00000000000000000000.log");
        fixture.disk.delete(gone);
        long recoveryPoint = log.recoveryPoint();
        for (int i = 0; i < 2; i++)
            assertThatThrownBy(log::flush)
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining(gone.toString());
        assertThat(log.recoveryPoint()).isEqualTo(recoveryPoint);
        assertThat(directory.failure()).isEmpty();
    }

    /// The records before the journal are in a file that is gone: nothing on them is acknowledged, and the journal's
    /// other logs go on.
    @Test
    void missingSegmentEndsTheAcknowledgementsOfItsLogAlone() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var journals = new ArrayList<Journal>();
        LogDirectory directory = open(LogFixture.ROOT, environment(fixture.disk, journals));
        PartitionLog log = open(directory);
        for (int i = 0; log.segmentCount() < 3; i++) LogFixture.append(log, "x".repeat(100) + i);
        long before = log.logEndOffset();
        log.releaseFiles();
        Path gone = LogFixture.ROOT.resolve("t-0").resolve("00000000000000000000.log");
        byte[] content = fixture.disk.contentOf(gone);
        fixture.disk.delete(gone);
        var durable = LogFixture.SMALL.withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, true));
        log.reconfigure(durable);
        PartitionLog other = LogFixture.opened(
                        directory.openLog(new TopicPartition("other", 0), new Uuid(1, 3), durable))
                .log();
        LogFixture.append(log, "not acknowledged");
        LogFixture.append(other, "acknowledged");
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isLessThan(before);
        assertThat(other.durableEndOffset()).isEqualTo(1);
        assertThat(directory.failure()).isEmpty();
        assertThat(log.append(batch("refused"), AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.StorageFailed.class,
                        refused -> assertThat(refused.cause())
                                .isInstanceOf(NoSuchFileException.class)
                                .hasMessageContaining(gone.toString()));

        fixture.disk.overwrite(gone, content);
        LogFixture.append(log, "goes on");
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isEqualTo(before + 2);
        fixture.disk.loseFromCache();
        LogDirectory again = open(LogFixture.ROOT, environment(fixture.disk, journals));
        assertThat(LogFixture.valuesFrom(open(again), 0)).endsWith("not acknowledged", "goes on");
    }

    private static LogEnvironment environment(Disk disk) {
        return environment(disk, new ArrayList<>());
    }

    /// @param journals gets the journals, which commit when they are asked to
    private static LogEnvironment environment(Disk disk, List<Journal> journals) {
        return new LogEnvironment(
                disk,
                new ManualClock(LogFixture.START_MILLIS),
                Threads.SYSTEM,
                new Random(1 + journals.size()),
                _ -> {},
                1000,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                new LogEnvironment.Durability(2 << 20, 1, (journal, _) -> {
                    journals.add(journal);
                    return () -> {};
                }));
    }

    /// The stop of a broker interrupts threads that write: that is no failure of the disk.
    @Test
    void anInterruptedAppendTakesNoDirectoryOutOfService(@TempDir Path root) throws Exception {
        LogEnvironment environment = environment(new FileDisk());
        LogDirectory directory = open(root, environment);
        PartitionLog log = open(directory);
        LogFixture.append(log, "before");
        int taken = 1;
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            AppendResult result = log.append(batch("interrupted " + i), AppendOrigin.CLIENT, 0);
            assertThat(Thread.interrupted()).isTrue();
            if (result instanceof AppendResult.Appended) taken++;
            assertThat(directory.failure()).isEmpty();
            if (i % 5 == 0) log.releaseFiles();
        }
        LogFixture.append(log, "after");
        assertThat(LogFixture.valuesFrom(log, 0)).hasSize(taken + 1).endsWith("after");
        directory.close();
        LogDirectory again = open(root, environment);
        assertThat(LogFixture.valuesFrom(open(again), 0)).hasSize(taken + 1).endsWith("after");
        again.close();
    }

    private static LogDirectory open(Path root, LogEnvironment environment) {
        return switch (LogDirectory.open(root, new LogDirectory.Identity(Optional.of("cluster"), 1), environment)) {
            case LogDirectory.Opening.Opened(var directory) -> directory;
            case LogDirectory.Opening.Refused(var path, var reason) -> throw new AssertionError(path + ": " + reason);
        };
    }

    private static PartitionLog open(LogDirectory directory) throws IOException {
        LogOpening opening = directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, LogFixture.SMALL);
        return LogFixture.opened(opening).log();
    }
}
