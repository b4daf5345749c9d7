package barnabas.log.recovery;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedCrash;
import barnabas.base.SimulatedDisk;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.Journal;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A journaled log is found damaged at the start that would give it back what a power cut took: the records stay on
/// disk until the damage is mended.
class KeptBatchesTest {
    private static final Path HOME = LogFixture.ROOT.resolve(LogFixture.PARTITION.toString());
    private static final Path SEGMENT = segment(0);
    private static final Path KEPT = HOME.resolve(KeptBatches.FILE);
    private static final Path SET_ASIDE = HOME.resolve(KeptBatches.FILE + CutBytes.SUFFIX);
    private static final int STOPPED = 5;
    private static final int ALL = 12;

    /// One for all starts: a salt that comes again would bring back the groups of an earlier run.
    private final Random random = new Random(1);
    private final List<Journal> journals = new ArrayList<>();
    private SimulatedDisk disk = newDisk(1);
    private int segmentBytes = 100_000;
    private int indexIntervalBytes = 4096;

    private static SimulatedDisk newDisk(long seed) {
        return new SimulatedDisk(seed, new ManualClock(LogFixture.START_MILLIS));
    }

    private LogDirectory start() {
        journals.clear();
        return LogFixture.open(
                LogFixture.ROOT,
                LogFixture.journaled(disk, new ManualClock(LogFixture.START_MILLIS), random, journals));
    }

    private LogConfig durable(boolean journaled) {
        return LogConfig.DEFAULTS
                .withSegments(
                        new LogConfig.Segments(segmentBytes, 604_800_000, 0, indexIntervalBytes, 10_485_760, false))
                .withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, journaled));
    }

    private LogOpening open(LogDirectory directory) {
        return directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, durable(true));
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "value " + i).toList();
    }

    private void appendEach(PartitionLog log, int from, int to) {
        for (var value : values(from, to)) {
            append(log, value);
            for (var journal : journals) journal.commit();
        }
        assertThat(log.durableEndOffset()).isEqualTo(to);
    }

    /// Five records at an orderly stop, and seven more that only the journal has forced; then the machine is off.
    ///
    /// @return the segment as it was before the machine went off
    private byte[] acknowledge() throws IOException {
        var before = start();
        appendEach(opened(open(before)).log(), 0, STOPPED);
        before.close();
        var log = opened(open(start())).log();
        appendEach(log, STOPPED, ALL);
        byte[] written = disk.contentOf(SEGMENT);
        disk.loseFromCache();
        return written;
    }

    /// Position of the n-th batch.
    private static int positionOf(byte[] segment, int number) {
        int at = 0;
        for (int i = 0; i < number; i++)
            at += RecordBatch.at(ByteBuffer.wrap(segment), at).sizeBytes();
        return at;
    }

    private static byte[] flipped(byte[] segment, int number) {
        byte[] damaged = segment.clone();
        damaged[positionOf(segment, number) + RecordBatch.HEADER_BYTES + 3] ^= 4;
        return damaged;
    }

    private static byte[] upTo(byte[] segment, int records) {
        return Arrays.copyOf(segment, positionOf(segment, records));
    }

    private LogOpening.Damaged damaged(LogDirectory directory) {
        LogOpening opening = open(directory);
        assertThat(opening).isInstanceOf(LogOpening.Damaged.class);
        return (LogOpening.Damaged) opening;
    }

    private void assertHasAll() throws IOException {
        var log = opened(open(start())).log();
        assertThat(valuesFrom(log, 0)).isEqualTo(values(0, ALL));
        assertThat(disk.exists(KEPT)).isFalse();
        append(log, "goes on");
    }

    @Test
    void recordsOfTheJournalAreThereOnceTheDamageIsMended() throws Exception {
        byte[] written = acknowledge();
        byte[] forced = upTo(written, STOPPED);
        disk.overwrite(SEGMENT, flipped(forced, 1));
        var offline = start();
        assertThat(offline.journalProblems())
                .containsExactly("t-0 is damaged at offset 1: what the journal has behind it is kept in " + KEPT);
        assertThat(damaged(offline).offset()).isEqualTo(1);
        disk.loseFromCache();
        disk.overwrite(SEGMENT, forced);
        assertHasAll();
    }

    /// The machine goes off again, at any change of the disk, while the records are kept and while they are given back.
    @Test
    void aPowerCutAtAnyPointTakesNothing() throws Exception {
        boolean ended = false;
        for (int changes = 1; !ended; changes++) {
            disk = newDisk(changes);
            byte[] written = acknowledge();
            byte[] forced = upTo(written, STOPPED);
            disk.overwrite(SEGMENT, flipped(forced, 1));
            boolean kept = startUntil(changes);
            damaged(start());
            disk.loseFromCache();
            disk.overwrite(SEGMENT, forced);
            ended = startUntil(changes) && kept;
            assertHasAll();
        }
    }

    /// @return true when a start came to its end, with the log open or offline, before the machine stopped
    private boolean startUntil(int changes) throws IOException {
        disk.stopAfter(changes);
        boolean ended = false;
        try {
            var _ = open(start());
            disk.stopAfter(Long.MAX_VALUE);
            ended = true;
        } catch (SimulatedCrash stopped) {
            assertThat(disk.stopped()).isTrue();
        }
        disk.loseFromCache();
        return ended;
    }

    /// A power cut tears what was not forced, also behind the damage that a bit made: segments follow on the torn one.
    @Test
    void aTornPlaceBehindTheDamageIsNoDamageOfItsOwn() throws Exception {
        segmentBytes = 250;
        int perSegment = countIn(acknowledge());
        assertThat(perSegment).isEqualTo(3);
        Path damaged = segment(3);
        byte[] content = disk.contentOf(damaged);
        disk.overwrite(damaged, flipped(content, 0));
        byte[] torn = content.clone();
        Arrays.fill(torn, 16, torn.length, (byte) 0x55);
        disk.overwrite(segment(6), torn);
        disk.overwrite(segment(9), content);
        assertThat(damaged(start()).offset()).isEqualTo(3);
        disk.loseFromCache();
        disk.overwrite(damaged, content);
        assertHasAll();
    }

    /// A first look begins at an index entry behind the damage, finds the torn place and drops the entry; the next one
    /// reads from the start: only what the journal has may be cut.
    @Test
    void tornPlaceThatTheJournalCoversHasNothingCutBeforeIt() throws Exception {
        segmentBytes = 550;
        indexIntervalBytes = 200;
        byte[] written = acknowledge();
        byte[] whole = upTo(written, STOPPED + 1);
        byte[] torn = whole.clone();
        Arrays.fill(torn, positionOf(whole, STOPPED) + 16, torn.length, (byte) 0x55);
        disk.overwrite(SEGMENT, flipped(torn, 1));
        byte[] next = upTo(written, 1);
        ByteBuffer.wrap(next).putLong(0, countIn(written));
        disk.overwrite(segment(countIn(written)), next);
        assertThat(damaged(start()).offset()).isEqualTo(1);
        disk.loseFromCache();
        disk.overwrite(SEGMENT, torn);
        assertHasAll();
    }

    private static Path segment(long base) {
        return HOME.resolve("%020d.log".formatted(base));
    }

    private static int countIn(byte[] segment) {
        int count = 0;
        while (positionOf(segment, count) < segment.length) count++;
        return count;
    }

    @Test
    void recordsThatDoNotFollowOnTheLogKeepItOfflineUntilALossIsAccepted() throws Exception {
        byte[] written = acknowledge();
        byte[] forced = upTo(written, STOPPED);
        disk.overwrite(SEGMENT, flipped(forced, 1));
        damaged(start());
        disk.loseFromCache();
        // an older copy of the segment comes back in place of the damaged one
        disk.overwrite(SEGMENT, upTo(written, 2));
        assertThat(damaged(start()).offset()).isEqualTo(2);
        disk.loseFromCache();
        var directory = start();
        var repaired =
                opened(directory.repairLog(LogFixture.PARTITION, durable(true))).log();
        assertThat(valuesFrom(repaired, 0)).isEqualTo(values(0, 2));
        assertThat(disk.exists(KEPT)).isFalse();
        assertThat(disk.exists(SET_ASIDE)).isTrue();
        disk.loseFromCache();
        assertThat(opened(open(start())).log().logEndOffset()).isEqualTo(2);
    }

    @Test
    void aFlippedBitInTheKeptRecordsKeepsTheLogOffline() throws Exception {
        byte[] written = acknowledge();
        byte[] forced = upTo(written, STOPPED);
        disk.overwrite(SEGMENT, flipped(forced, 1));
        damaged(start());
        disk.loseFromCache();
        byte[] kept = disk.contentOf(KEPT);
        int records = ALL - STOPPED;
        assertThat(positionOf(kept, records)).isEqualTo(kept.length);
        disk.overwrite(SEGMENT, forced);
        disk.overwrite(KEPT, flipped(kept, 4));
        var found = damaged(start());
        assertThat(found.offset()).isEqualTo(STOPPED + 4);
        assertThat(found.reason()).isEqualTo(KEPT + " is damaged at byte " + positionOf(kept, 4));
    }

    /// A group of the journal itself is damaged: what is behind it has no place in the log, and is not thrown away.
    @Test
    void recordsInTheJournalBehindAHoleAreSetAside() throws Exception {
        byte[] written = acknowledge();
        disk.overwrite(SEGMENT, upTo(written, STOPPED));
        Path journal = LogFixture.ROOT.resolve("barnabas-journal-0");
        byte[] groups = disk.contentOf(journal);
        int page = 4096;
        Arrays.fill(groups, page * 3, page * 4, (byte) 0);
        disk.overwrite(journal, groups);
        assertThat(damaged(start()).offset()).isEqualTo(STOPPED + 2);
        disk.loseFromCache();
        var repaired =
                opened(start().repairLog(LogFixture.PARTITION, durable(true))).log();
        assertThat(valuesFrom(repaired, 0)).isEqualTo(values(0, STOPPED + 2));
        assertThat(countIn(disk.contentOf(SET_ASIDE))).isEqualTo(ALL - STOPPED - 1);
    }

    /// The journal has the first records, and not what was appended while it was switched off.
    @Test
    void aLogIsNotCutToAJournalThatEndsBelowItsRecoveryPoint() throws Exception {
        var directory = start();
        var log = opened(open(directory)).log();
        appendEach(log, 0, STOPPED);
        log.reconfigure(durable(false));
        for (var value : values(STOPPED, ALL)) append(log, value);
        log.flush();
        directory.checkpoint();
        disk.loseFromCache();
        byte[] written = disk.contentOf(SEGMENT);
        disk.overwrite(SEGMENT, flipped(written, 1));
        assertThat(damaged(start()).offset()).isEqualTo(1);
        assertThat(disk.sizeBytes(SEGMENT)).isEqualTo(written.length);
        disk.loseFromCache();
        disk.overwrite(SEGMENT, written);
        assertHasAll();
    }
}
