package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// State that an orderly close saves of its logs, so that the next start need not read them.
class ClosedLogsTest {
    private static final Path NOTE = ROOT.resolve(".closed_logs");
    private static final Path MARK = ROOT.resolve(".kafka_cleanshutdown");
    private static final Path HOME = ROOT.resolve(PARTITION.toString());

    /// A log with several segments, epochs, producers and an open transaction, closed in order.
    private static LogFixture withClosedLog() throws IOException {
        var fixture = new LogFixture(SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        for (int i = 0; i < 100; i++) {
            if (i % 30 == 0) log.startLeaderEpoch(i / 30);
            appended(log.append(batchOf(7, 0, i, false, "value " + i), AppendOrigin.CLIENT, i / 30));
        }
        appended(log.append(batchOf(8, 2, 0, true, "open"), AppendOrigin.CLIENT, 3));
        append(log, "behind");
        assertThat(log.advanceLogStartOffset(3)).isTrue();
        directory.checkpointHighWatermarks(Map.of(PARTITION, log.logEndOffset()));
        directory.close();
        return fixture;
    }

    /// KIP-966: only a run that ended in order tells its broker epoch to the next.
    @Test
    void theMarkHasTheBrokerEpochOfTheRun() throws IOException {
        var fixture = new LogFixture(SMALL);
        var first = fixture.openDirectory();
        assertThat(first.lastRun().brokerEpoch()).isEqualTo(LastRun.EPOCH_UNKNOWN);
        first.lastRun().registered(1234567890123L);
        first.close();
        var second = fixture.openDirectory();
        assertThat(second.lastRun().closedCleanly()).isTrue();
        assertThat(second.lastRun().brokerEpoch()).isEqualTo(1234567890123L);
        second.close();
        var third = fixture.openDirectory();
        assertThat(third.lastRun().closedCleanly()).isTrue();
        assertThat(third.lastRun().brokerEpoch()).isEqualTo(LastRun.EPOCH_UNKNOWN);
    }

    /// A broker that is stopped while it waits for its quorum: the next run still shows that nothing was lost.
    @Test
    void aBrokerThatNeverRegistersLeavesTheEpochOfTheRunBefore() throws IOException {
        var fixture = new LogFixture(SMALL);
        var first = fixture.openDirectory();
        first.lastRun().registered(7);
        first.close();
        var second = fixture.openDirectory();
        second.lastRun().openedByBroker();
        second.close();
        var third = fixture.openDirectory();
        assertThat(third.lastRun().brokerEpoch()).isEqualTo(7);
    }

    private static String stateOf(PartitionLog log) throws IOException {
        return String.join(
                "\n",
                "start %d end %d recovery point %d"
                        .formatted(log.logStartOffset(), log.logEndOffset(), log.recoveryPoint()),
                log.segmentBaseOffsets().toString(),
                log.activeProducers().toString(),
                "stable " + log.lastStableOffset(log.logEndOffset()),
                "epochs " + log.latestLeaderEpoch() + " " + log.leaderEpochAt(40) + " " + log.endOffsetOf(1),
                log.maxTimestamp().toString(),
                LogFixture.valuesFrom(log, log.logStartOffset()).toString());
    }

    /// Number of files that an opening opens.
    private static long opensWhenOpening(LogFixture fixture) {
        var directory = fixture.openDirectory();
        long before = fixture.disk.opened();
        fixture.openLog(directory);
        return fixture.disk.opened() - before;
    }

    @Test
    void aLogIsOpenedWithoutOpeningItsFiles() throws IOException {
        var fixture = withClosedLog();
        assertThat(opensWhenOpening(fixture)).isZero();
    }

    @Test
    void aLogIsTheSameAsWhenItsFilesAreRead() throws IOException {
        var fixture = withClosedLog();
        fixture.disk.keepCache();
        var fromNote = stateOf(fixture.openLog(fixture.openDirectory()));
        var other = withClosedLog();
        other.disk.delete(NOTE);
        var fromFiles = stateOf(other.openLog(other.openDirectory()));
        assertThat(fromNote).isEqualTo(fromFiles).contains("behind");
    }

    @Test
    void aRepeatedBatchIsRecognised() throws IOException {
        var fixture = withClosedLog();
        var log = fixture.openLog(fixture.openDirectory());
        for (int i = 96; i < 100; i++)
            assertThat(log.append(batchOf(7, 0, i, false, "value " + i), AppendOrigin.CLIENT, 4))
                    .isInstanceOf(AppendResult.Duplicate.class);
    }

    @Test
    void aLogWhoseDirectoryIsGoneIsDamagedAndNotNew() throws IOException {
        var fixture = withClosedLog();
        for (var each : fixture.disk.list(HOME)) fixture.disk.delete(each);
        fixture.disk.delete(HOME);
        for (int start = 1; start <= 3; start++) {
            var directory = fixture.openDirectory();
            assertThat(directory.openLog(PARTITION, LogFixture.TOPIC_ID, SMALL))
                    .isInstanceOfSatisfying(
                            LogOpening.Damaged.class,
                            damaged -> assertThat(damaged.reason())
                                    .endsWith("it was there at the last orderly stop and is gone"));
            directory.close();
        }
        var repaired = fixture.openDirectory().repairLog(PARTITION, SMALL);
        // records below its start offset were deleted before
        assertThat(LogFixture.opened(repaired).log().logEndOffset()).isEqualTo(3);
    }

    /// A start that is refused before it opens a log, for example.
    @Test
    void knowledgeOfALogThatWasNotOpenedIsKept() throws IOException {
        var fixture = withClosedLog();
        fixture.openDirectory().close();
        for (var each : fixture.disk.list(HOME)) fixture.disk.delete(each);
        fixture.disk.delete(HOME);
        fixture.openDirectory().close();
        assertThat(fixture.openDirectory().openLog(PARTITION, LogFixture.TOPIC_ID, SMALL))
                .isInstanceOf(LogOpening.Damaged.class);
    }

    @Test
    void aLogWithoutItsFirstSegmentIsDamagedAndDoesNotStartLater() throws IOException {
        var fixture = withClosedLog();
        fixture.disk.delete(HOME.resolve(LogFiles.log(0)));
        for (int start = 1; start <= 3; start++) {
            var directory = fixture.openDirectory();
            assertThat(directory.openLog(PARTITION, LogFixture.TOPIC_ID, SMALL))
                    .isInstanceOfSatisfying(
                            LogOpening.Damaged.class,
                            damaged -> assertThat(damaged.reason())
                                    .endsWith("it was there at the last orderly stop and is gone"));
            directory.close();
        }
        var repaired = fixture.openDirectory().repairLog(PARTITION, SMALL);
        assertThat(LogFixture.opened(repaired).log().logStartOffset()).isGreaterThan(3);
    }

    @Test
    void aNewTopicOfTheNameOfALogWhoseDirectoryIsGoneIsNew() throws IOException {
        var fixture = withClosedLog();
        for (var each : fixture.disk.list(HOME)) fixture.disk.delete(each);
        fixture.disk.delete(HOME);
        var opening = fixture.openDirectory().openLog(PARTITION, new Uuid(4, 4), SMALL);
        assertThat(LogFixture.opened(opening).log().logEndOffset()).isZero();
    }

    @Test
    void theNoteServesOneStart() throws IOException {
        var fixture = withClosedLog();
        var directory = fixture.openDirectory();
        assertThat(fixture.disk.exists(NOTE)).isFalse();
        append(fixture.openLog(directory), "later");
        fixture.disk.keepCache();
        assertThat(LogFixture.valuesFrom(fixture.openLog(fixture.openDirectory()), 90))
                .endsWith("behind", "later");
    }

    @Test
    void filesThatCameOrWentAreNoticed() throws IOException {
        var fixture = withClosedLog();
        fixture.disk.delete(HOME.resolve(LogFiles.index(0)));
        var directory = fixture.openDirectory();
        var opening = LogFixture.opened(directory.openLog(PARTITION, LogFixture.TOPIC_ID, SMALL));
        assertThat(opening.recovery().rebuiltIndexes()).isEqualTo(1);
        directory.close();
        fixture.clock.advance(Duration.ofSeconds(1));
        fixture.disk.open(HOME.resolve("stray")).close();
        assertThat(opensWhenOpening(fixture)).isPositive();
    }

    @Test
    void anActiveSegmentThatWasWrittenToIsNoticed() throws IOException {
        var fixture = withClosedLog();
        var log = fixture.openLog(fixture.openDirectory());
        var active = HOME.resolve(LogFiles.log(log.segmentBaseOffsets().getLast()));
        long end = log.logEndOffset();
        log.close();
        fixture.disk.keepCache();
        var directory = fixture.openDirectory();
        fixture.openLog(directory);
        directory.close();
        fixture.clock.advance(Duration.ofSeconds(1));
        try (var file = fixture.disk.open(active)) {
            file.truncate(file.sizeBytes() - 1);
        }
        assertThat(fixture.openDirectory().openLog(PARTITION, LogFixture.TOPIC_ID, SMALL))
                .isInstanceOfSatisfying(LogOpening.Damaged.class, damaged -> {
                    assertThat(damaged.file()).isEqualTo(active);
                    assertThat(damaged.offset()).isEqualTo(end - 1);
                });
    }

    @Test
    void aNoteOfAnotherShutdownIsNotUsed() throws IOException {
        var fixture = withClosedLog();
        fixture.clock.advance(Duration.ofSeconds(1));
        // as Kafka does it after a run of its own
        fixture.disk.delete(MARK);
        try (var mark = fixture.disk.open(MARK)) {
            mark.truncate(0);
        }
        assertThat(opensWhenOpening(fixture)).isPositive();
    }

    @Test
    void aNoteWithoutAMarkIsNotUsed() throws IOException {
        var fixture = withClosedLog();
        fixture.disk.delete(MARK);
        assertThat(opensWhenOpening(fixture)).isPositive();
    }

    @Test
    void aDamagedNoteIsNotUsed() throws IOException {
        var fixture = withClosedLog();
        byte[] whole = fixture.disk.contentOf(NOTE);
        var random = new Random(5);
        for (int i = 0; i < 100; i++) {
            byte[] damaged = i < 50 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i >= 50) damaged[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
            fixture = withClosedLog();
            fixture.disk.overwrite(NOTE, damaged);
            assertThat(opensWhenOpening(fixture)).as("damage %d", i).isPositive();
        }
    }

    @Test
    void leftOverFilesAreRemovedWhenALogIsOpened() throws IOException {
        var fixture = new LogFixture(SMALL.withRetention(new LogConfig.Retention(true, -1, 4000, 60_000)));
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        for (int i = 0; i < 200; i++) append(log, "a value of some length " + i);
        assertThat(log.applyRetention(LogFixture.START_MILLIS, log.logEndOffset()))
                .isPositive();
        directory.close();
        assertThat(LogFiles.namesIn(fixture.disk, HOME)).anyMatch(name -> name.endsWith(LogFiles.DELETED));
        fixture.openLog(fixture.openDirectory());
        assertThat(LogFiles.namesIn(fixture.disk, HOME)).noneMatch(name -> name.endsWith(LogFiles.DELETED));
    }
}
