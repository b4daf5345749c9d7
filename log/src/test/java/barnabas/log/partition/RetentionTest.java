package barnabas.log.partition;

import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.START_MILLIS;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchAt;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.LogConfig;
import barnabas.log.LogConfig.Retention;
import barnabas.log.LogFixture;
import barnabas.log.ReadResult;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.records.TimestampType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Deletion of segments from the start of a log, and its conditions.
class RetentionTest {
    private static final Retention FOR_EVER = new Retention(true, -1, -1, 5000);

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL.withRetention(FOR_EVER));
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog log = fixture.openLog(directory);

    private void fill(int segments) {
        while (log.segmentCount() < segments) append(log, "x".repeat(100));
    }

    private int retain() throws Exception {
        return log.applyRetention(fixture.clock.millis(), log.logEndOffset());
    }

    private void retain(Retention limits) {
        log.reconfigure(LogFixture.SMALL.withRetention(limits));
    }

    @Test
    void noLimitKeepsEverything() throws Exception {
        fill(5);
        fixture.clock.advance(Duration.ofDays(4000));
        assertThat(retain()).isZero();
        assertThat(log.logStartOffset()).isZero();
    }

    @Test
    void anEmptyPolicyKeepsEverythingWhateverTheLimits() throws Exception {
        fill(5);
        retain(new Retention(false, 1, 1, 0));
        fixture.clock.advance(Duration.ofDays(4000));
        assertThat(retain()).isZero();
        log.advanceLogStartOffset(log.segmentBaseOffsets().get(2) + 1);
        assertThat(retain()).as("but not what DeleteRecords has made invisible").isEqualTo(2);
    }

    @Test
    void oldSegmentsGoByTheirNewestRecord() throws Exception {
        fill(3);
        long third = log.segmentBaseOffsets().get(2);
        appended(log.append(batchAt(START_MILLIS + 60_000, "younger"), AppendOrigin.CLIENT, 0));
        retain(new Retention(true, 100_000, -1, 5000));
        fixture.clock.advance(Duration.ofMillis(100_000));
        assertThat(retain()).as("exactly as old as it may be").isZero();
        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(retain()).isEqualTo(2);
        assertThat(log.logStartOffset()).isEqualTo(third);
        fixture.clock.advance(Duration.ofMillis(60_000));
        assertThat(retain()).as("the active one too, behind a new one").isEqualTo(1);
        assertThat(log.logStartOffset()).isEqualTo(log.logEndOffset());
        assertThat(append(log, "next").baseOffset()).isEqualTo(log.logEndOffset() - 1);
    }

    @Test
    void aYoungSegmentKeepsOlderOnesBehindIt() throws Exception {
        appended(log.append(batchAt(START_MILLIS + 3_000_000, "from the future"), AppendOrigin.CLIENT, 0));
        fill(4);
        retain(new Retention(true, 1000, -1, 0));
        fixture.clock.advance(Duration.ofMillis(10_000));
        assertThat(retain()).as("offsets go in order").isZero();
    }

    @Test
    void theOldestSegmentsGoUntilTheRestIsSmallEnough() throws Exception {
        fill(6);
        long segment = 2000;
        retain(new Retention(true, -1, 3 * segment, 0));
        assertThat(retain()).isPositive();
        assertThat(log.sizeBytes()).as("never below the limit").isBetween(3 * segment, 4 * segment + 200);
        retain(new Retention(true, -1, 0, 0));
        retain();
        assertThat(log.sizeBytes()).isZero();
    }

    @Test
    void nothingGoesThatIsNotCommitted() throws Exception {
        fill(5);
        retain(new Retention(true, 1, -1, 0));
        fixture.clock.advance(Duration.ofDays(1));
        long second = log.segmentBaseOffsets().get(1);
        assertThat(log.applyRetention(fixture.clock.millis(), second + 1)).isEqualTo(1);
        assertThat(log.logStartOffset()).isEqualTo(second);
    }

    @Test
    void deletedRecordsAreInvisibleAtOnceAndTheirSegmentsGoLater() throws Exception {
        fill(4);
        long offset = log.segmentBaseOffsets().get(1) + 2;
        assertThat(log.advanceLogStartOffset(offset)).isTrue();
        assertThat(log.advanceLogStartOffset(offset - 1)).isFalse();
        assertThat(log.advanceLogStartOffset(log.logEndOffset() + 1)).isFalse();
        assertThat(log.read(offset - 1, 100, true, log.logEndOffset())).isInstanceOf(ReadResult.OutOfRange.class);
        assertThat(valuesFrom(log, offset)).hasSize((int) (log.logEndOffset() - offset));
        assertThat(retain()).isEqualTo(1);
        assertThat(log.logStartOffset()).isEqualTo(offset);
        directory.close();
        assertThat(fixture.openLog(fixture.openDirectory()).logStartOffset()).isEqualTo(offset);
    }

    @Test
    void filesKeepTheirBytesForTheirDelay() throws Exception {
        fill(3);
        retain(new Retention(true, 1, -1, 5000));
        fixture.clock.advance(Duration.ofDays(1));
        retain();
        fixture.clock.advance(Duration.ofMillis(4999));
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(fixture.disk.exists(ROOT.resolve("t-0/00000000000000000000.log.deleted")))
                .isTrue();
        assertThat(fixture.disk.exists(ROOT.resolve("t-0/00000000000000000000.log")))
                .isFalse();
        fixture.clock.advance(Duration.ofMillis(1));
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(fixture.disk.listing()).doesNotContain(".deleted");
    }

    @Test
    void aWallClockThatIsSetBackDoesNotKeepTheSpaceOfDeletedFiles() throws Exception {
        fill(3);
        retain(new Retention(true, 1, -1, 5000));
        fixture.clock.advance(Duration.ofDays(1));
        assertThat(retain()).isPositive();
        fixture.clock.setWallClock(Duration.ofDays(-3));
        fixture.clock.advance(Duration.ofMillis(5000));
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(fixture.disk.listing()).doesNotContain(".deleted");
        directory.deleteLog(log.partition());
        fixture.clock.setWallClock(Duration.ofDays(-3));
        fixture.clock.advance(Duration.ofMillis(5000));
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(fixture.disk.listing()).doesNotContain("-delete");
    }

    @Test
    void segmentsRollWithJitter() throws Exception {
        var seen = new HashSet<Long>();
        for (int seed = 1; seed <= 8; seed++) {
            var each = new LogFixture(
                    seed,
                    LogFixture.SMALL.withSegments(
                            new LogConfig.Segments(1 << 20, 100_000, 50_000, 200, 1 << 20, false)));
            var rolling = each.openLog(each.openDirectory());
            append(rolling, "a");
            long millis = 0;
            while (rolling.segmentCount() == 1) {
                millis += 1000;
                rolling.rollIfDue(START_MILLIS + millis);
            }
            assertThat(millis).isBetween(50_000L, 101_000L);
            seen.add(millis);
        }
        assertThat(seen).as("not all at once").hasSizeGreaterThan(3);
    }

    @Test
    void withAppendTimeTheBrokersClockDecides() throws Exception {
        log.reconfigure(LogFixture.SMALL
                .withTimestamps(new LogConfig.Timestamps(TimestampType.LOG_APPEND_TIME, Long.MAX_VALUE, Long.MAX_VALUE))
                .withRetention(new Retention(true, 100_000, -1, 0)));
        appended(log.append(batchAt(1, "sent as very old"), AppendOrigin.CLIENT, 0));
        assertThat(retain()).isZero();
        assertThat(log.maxTimestamp().orElseThrow().timestampMillis()).isEqualTo(START_MILLIS);
        assertThat(log.firstOffsetAtOrAfter(START_MILLIS, 1).orElseThrow().offset())
                .isZero();
        assertThat(log.firstOffsetAtOrAfter(START_MILLIS + 1, 1)).isEmpty();
        fixture.clock.advance(Duration.ofMillis(100_001));
        assertThat(retain()).isEqualTo(1);
        assertThat(valuesFrom(log, 1)).isEqualTo(List.of());
    }
}
