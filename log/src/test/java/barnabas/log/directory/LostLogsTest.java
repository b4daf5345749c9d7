package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.TOPIC_ID;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.batchOfKeys;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ForwardingDisk;
import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.Belonging;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.compaction.KeyHash;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.compaction.RateLimit;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// After a crash too, a log that was on disk and is gone is damage and no empty log.
class LostLogsTest {
    private static final Path HOME = ROOT.resolve("t-0");
    private static final Path RECOVERY_POINTS = ROOT.resolve("recovery-point-offset-checkpoint");
    private static final LogConfig SMALL = LogFixture.SMALL;

    private final LogFixture fixture = new LogFixture(SMALL);

    private PartitionLog threeSegments(LogDirectory directory) throws IOException {
        var log = fixture.openLog(directory);
        while (log.segmentCount() < 3) append(log, "x".repeat(100));
        fixture.runBackground();
        return log;
    }

    /// As a start of a whole node does it.
    private LogDirectory start() throws IOException {
        var directory = fixture.openDirectory();
        directory.matchWith((_, _) -> Belonging.HERE);
        directory.keepLost((_, _) -> Belonging.HERE, directory::holds);
        return directory;
    }

    private void assertGone(int starts) throws IOException {
        for (int i = 0; i < starts; i++) {
            var directory = start();
            assertThat(directory.openLog(PARTITION, TOPIC_ID, SMALL))
                    .isInstanceOfSatisfying(
                            LogOpening.Damaged.class,
                            damaged -> assertThat(damaged.reason()).contains("was on disk"));
            if (i % 2 == 0) fixture.disk.keepCache();
            else directory.close();
        }
    }

    private void deleteHome() throws IOException {
        for (var each : fixture.disk.list(HOME)) fixture.disk.delete(each);
        fixture.disk.delete(HOME);
    }

    @Test
    void aDirectoryThatIsGoneAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        threeSegments(directory);
        directory.checkpoint();
        fixture.disk.keepCache();
        deleteHome();
        assertGone(3);
        var repaired = start().repairLog(PARTITION, SMALL);
        assertThat(opened(repaired).log().logEndOffset()).isZero();
    }

    /// A second after its first record, before any checkpoint.
    @Test
    void aDirectoryOfANewLogThatIsGoneAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        append(fixture.openLog(directory), "one");
        directory.removeDeletedFiles(fixture.clock.nanos());
        fixture.disk.keepCache();
        deleteHome();
        assertGone(3);
    }

    @Test
    void theSegmentOfANewLogThatIsGoneAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        append(fixture.openLog(directory), "one");
        directory.removeDeletedFiles(fixture.clock.nanos());
        fixture.disk.keepCache();
        fixture.disk.delete(HOME.resolve(LogFiles.log(0)));
        assertGone(3);
    }

    /// Forces of thousands of directories in a row would keep the disk from others.
    @Test
    void manyNewLogsAreNotedOverSeveralSeconds() throws Exception {
        int count = DirectoryCheckpoints.FIRST_RECORDS_MAX + 30;
        assertThat(damagedAfter(1, count)).isEqualTo(DirectoryCheckpoints.FIRST_RECORDS_MAX);
        assertThat(damagedAfter(2, count)).isEqualTo(count);
    }

    /// With all of thousands in it, once a second for minutes.
    @Test
    void theFileOfKnownLogsIsNotWrittenForEachHundredOfThem() throws Exception {
        var writes = new AtomicInteger();
        var counting = new ForwardingDisk(fixture.disk) {
            @Override
            public void rename(Path source, Path target) throws IOException {
                if (target.endsWith(KnownLogs.NAME)) writes.incrementAndGet();
                super.rename(source, target);
            }
        };
        var directory = LogFixture.open(ROOT, fixture.on(counting));
        int calls = DirectoryCheckpoints.CALLS_PER_WRITE + 5;
        for (int i = 0; i < calls * DirectoryCheckpoints.FIRST_RECORDS_MAX; i++)
            append(
                    opened(directory.openLog(new TopicPartition("t", i), TOPIC_ID, SMALL))
                            .log(),
                    "one");
        int before = writes.get();
        for (int i = 0; i < calls; i++) directory.removeDeletedFiles(fixture.clock.nanos());
        // the first hundred, those of ten calls, and the last
        assertThat(writes.get() - before).isEqualTo(3);
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(writes.get() - before).isEqualTo(3);
    }

    @Test
    void ofThousandsOfLogsSomeAreLookedAtEachSecond() throws Exception {
        int count = 2 * LogTurns.LOGS_MAX;
        var directory = fixture.openDirectory();
        for (int i = 0; i < count; i++) opened(directory.openLog(new TopicPartition("t", i), TOPIC_ID, SMALL));
        var late = directory.logs().getLast();
        append(late, "one");
        directory.removeDeletedFiles(fixture.clock.nanos());
        directory.removeDeletedFiles(fixture.clock.nanos());
        fixture.disk.keepCache();
        for (var each : fixture.disk.list(late.directory())) fixture.disk.delete(each);
        fixture.disk.delete(late.directory());
        var again = fixture.openDirectory();
        again.matchWith((_, _) -> Belonging.HERE);
        again.keepLost((_, _) -> Belonging.HERE, again::holds);
        assertThat(again.openLog(late.partition(), TOPIC_ID, SMALL)).isInstanceOf(LogOpening.Damaged.class);
    }

    /// Logs that are missed when their directories are gone, `seconds` after their first records.
    private static long damagedAfter(int seconds, int count) throws IOException {
        var fixture = new LogFixture(SMALL);
        var directory = fixture.openDirectory();
        for (int i = 0; i < count; i++)
            append(
                    opened(directory.openLog(new TopicPartition("t", i), TOPIC_ID, SMALL))
                            .log(),
                    "one");
        for (int i = 0; i < seconds; i++) directory.removeDeletedFiles(fixture.clock.nanos());
        fixture.disk.keepCache();
        for (int i = 0; i < count; i++) {
            Path home = ROOT.resolve("t-" + i);
            for (var each : fixture.disk.list(home)) fixture.disk.delete(each);
            fixture.disk.delete(home);
        }
        var again = fixture.openDirectory();
        again.matchWith((_, _) -> Belonging.HERE);
        again.keepLost((_, _) -> Belonging.HERE, again::holds);
        long damaged = 0;
        for (int i = 0; i < count; i++)
            if (again.openLog(new TopicPartition("t", i), TOPIC_ID, SMALL) instanceof LogOpening.Damaged) damaged++;
        return damaged;
    }

    /// Losses by a power cut were promised to nobody and are no damage; nor are those by a truncation or a new start.
    @Test
    void aNewLogIsNeverTakenForALostOne() throws Exception {
        for (long seed = 1; seed <= 300; seed++) {
            var each = new LogFixture(seed, SMALL);
            var random = new SplittableRandom(seed);
            var directory = each.openDirectory();
            var log = each.openLog(directory);
            if (random.nextInt(3) == 0) each.disk.stopAfter(1 + random.nextInt(40));
            try {
                for (int step = 0; step < 12; step++) {
                    switch (random.nextInt(7)) {
                        case 0 -> log.truncateTo(random.nextLong(log.logEndOffset() + 1), 0);
                        case 1 -> log.truncateFullyAndStartAt(random.nextInt(40), 0);
                        case 2 -> directory.removeDeletedFiles(each.clock.nanos());
                        case 3 -> log.advanceLogStartOffset(random.nextLong(log.logEndOffset() + 1));
                        case 4 -> log.flush();
                        default -> append(log, "x".repeat(random.nextInt(300)));
                    }
                }
            } catch (SimulatedCrash expected) {
                // looked at below
            }
            each.disk.stopAfter(Long.MAX_VALUE);
            for (int start = 0; start < 3; start++) {
                if (random.nextBoolean()) each.disk.loseFromCache();
                else each.disk.keepCache();
                var again = each.openDirectory();
                again.matchWith((_, _) -> Belonging.HERE);
                again.keepLost((_, _) -> Belonging.HERE, again::holds);
                assertThat(again.openLog(PARTITION, TOPIC_ID, SMALL))
                        .as("seed %d, start %d", seed, start)
                        .isInstanceOf(LogOpening.Opened.class);
            }
        }
    }

    @Test
    void theFirstSegmentOfACompactedLogThatIsGoneAfterACrash() throws Exception {
        var compacted = SMALL.withCompaction(new LogConfig.Compaction(true, 0, 0, 0, Long.MAX_VALUE));
        var each = new LogFixture(compacted);
        var directory = each.openDirectory();
        var log = each.openLog(directory);
        for (int i = 0; log.segmentCount() < 4; i++)
            LogFixture.appended(log.append(batchOfKeys("k" + i % 3, "x".repeat(100)), AppendOrigin.CLIENT, 0));
        each.runBackground();
        directory.checkpoint();
        var means = new CompactionEnvironment(
                new LatestOffsets(1 << 20, 0.9),
                new KeyHash(new Random(1)),
                new RateLimit(Double.MAX_VALUE, each.clock),
                1024);
        var now = each.clock.millis();
        var plan = log.planCompaction(0, log.logEndOffset(), now);
        var result = log.compact(plan, means, now);
        assertThat(result).isInstanceOf(CompactionResult.Compacted.class);
        each.disk.keepCache();
        var sound = each.openDirectory();
        assertThat(each.openLog(sound).firstSegmentOffset()).isZero();
        each.disk.keepCache();
        each.disk.delete(HOME.resolve(LogFiles.log(0)));
        assertThat(each.openDirectory().openLog(PARTITION, TOPIC_ID, compacted)).isInstanceOf(LogOpening.Damaged.class);
    }

    @Test
    void aFirstSegmentThatIsGoneAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        threeSegments(directory);
        directory.checkpoint();
        fixture.disk.keepCache();
        fixture.disk.delete(HOME.resolve(LogFiles.log(0)));
        assertGone(3);
        var again = start();
        var end = opened(again.repairLog(PARTITION, SMALL)).log().logEndOffset();
        again.close();
        assertThat(fixture.openLog(start()).logEndOffset()).isEqualTo(end);
    }

    @Test
    void allSegmentsGoneWithTheRecoveryPoints() throws Exception {
        for (boolean cleanly : new boolean[] {false, true}) {
            var each = new LogFixture(SMALL);
            var directory = each.openDirectory();
            var log = each.openLog(directory);
            append(log, "one");
            log.flush();
            directory.checkpoint();
            if (cleanly) directory.close();
            else each.disk.keepCache();
            each.disk.delete(RECOVERY_POINTS);
            each.disk.delete(HOME.resolve(LogFiles.log(0)));
            assertThat(each.openDirectory().openLog(PARTITION, TOPIC_ID, SMALL)).isInstanceOf(LogOpening.Damaged.class);
        }
    }

    @Test
    void theOnlySegmentGoneAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        append(log, "one");
        log.flush();
        directory.checkpoint();
        fixture.disk.keepCache();
        fixture.disk.delete(HOME.resolve(LogFiles.log(0)));
        assertGone(2);
    }

    /// Segments that retention removes are not lost, whenever a crash comes.
    @Test
    void segmentsThatRetentionRemovedAreNotLost() throws Exception {
        var config = SMALL.withRetention(new LogConfig.Retention(true, -1, 250, 1000));
        for (int changes = 1; changes < 60; changes++) {
            var each = new LogFixture(config);
            var directory = each.openDirectory();
            var log = each.openLog(directory);
            while (log.segmentCount() < 6) append(log, "x".repeat(100));
            each.runBackground();
            directory.checkpoint();
            each.disk.stopAfter(changes);
            try {
                log.applyRetention(each.clock.millis(), log.logEndOffset());
                each.clock.advance(Duration.ofSeconds(2));
                directory.removeDeletedFiles(each.clock.nanos());
                each.disk.stopAfter(Long.MAX_VALUE);
            } catch (SimulatedCrash expected) {
                // looked at below
            }
            for (int start = 0; start < 3; start++) {
                if (changes % 2 == 0) each.disk.loseFromCache();
                else each.disk.keepCache();
                var again = each.openDirectory();
                assertThat(again.openLog(PARTITION, TOPIC_ID, config))
                        .as("change %d, start %d", changes, start)
                        .isInstanceOf(LogOpening.Opened.class);
            }
        }
    }

    @Test
    void retentionNeedsNoSpace() throws Exception {
        var config = SMALL.withRetention(new LogConfig.Retention(true, -1, 250, 0));
        var each = new LogFixture(config);
        var directory = each.openDirectory();
        var log = each.openLog(directory);
        while (log.segmentCount() < 6) append(log, "x".repeat(100));
        each.runBackground();
        directory.checkpoint();
        each.disk.capacity(each.disk.bytes());
        long before = each.disk.bytes();
        log.applyRetention(each.clock.millis(), log.logEndOffset());
        directory.removeDeletedFiles(each.clock.nanos() + 1_000_000);
        assertThat(each.disk.bytes()).isLessThan(before);
        each.disk.capacity(Long.MAX_VALUE);
        each.disk.keepCache();
        assertThat(each.openDirectory().openLog(PARTITION, TOPIC_ID, config)).isInstanceOf(LogOpening.Opened.class);
    }

    /// Kafka has used the directory since: it wrote its checkpoint, and not this file.
    @Test
    void anotherProgramMayRemoveWhatItLikes() throws Exception {
        var directory = fixture.openDirectory();
        threeSegments(directory);
        directory.checkpoint();
        fixture.disk.keepCache();
        fixture.disk.overwrite(RECOVERY_POINTS, "0\n1\nt 0 3\n".getBytes(StandardCharsets.UTF_8));
        fixture.disk.delete(HOME.resolve(LogFiles.log(0)));
        assertThat(start().openLog(PARTITION, TOPIC_ID, SMALL)).isInstanceOf(LogOpening.Opened.class);
    }

    @Test
    void aDeletedTopicAndAPartitionThatMovedAwayAreNotLost() throws Exception {
        var directory = fixture.openDirectory();
        threeSegments(directory);
        directory.checkpoint();
        directory.deleteLog(PARTITION);
        fixture.disk.loseFromCache();
        var again = start();
        assertThat(again.partitions()).isEmpty();
        threeSegments(again);
        again.checkpoint();
        again.deleteLogs(List.of(PARTITION), TOPIC_ID);
        fixture.disk.keepCache();
        var last = fixture.openDirectory();
        last.matchWith((_, _) -> Belonging.DELETED);
        last.keepLost((_, _) -> Belonging.DELETED, last::holds);
        assertThat(last.partitions()).isEmpty();
    }

    @Test
    void aPartitionInAnotherDirectoryIsNotMadeAgain() throws Exception {
        var directory = fixture.openDirectory();
        threeSegments(directory);
        directory.checkpoint();
        fixture.disk.keepCache();
        deleteHome();
        var again = fixture.openDirectory();
        again.keepLost((_, _) -> Belonging.HERE, _ -> true);
        assertThat(again.partitions()).isEmpty();
        assertThat(valuesFrom(fixture.openLog(again), 0)).isEmpty();
    }
}
