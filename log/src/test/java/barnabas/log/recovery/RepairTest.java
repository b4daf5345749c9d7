package barnabas.log.recovery;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import barnabas.log.TransactionMarker;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Damage that no crash leaves behind, and the operator who accepts the loss.
class RepairTest {
    private final LogFixture fixture = new LogFixture(SMALL);

    /// Records of about 100 bytes in several segments; the offset of the second segment.
    private long fill() throws IOException {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        while (log.segmentCount() < 4) LogFixture.append(log, "value " + log.logEndOffset() + "x".repeat(30));
        fixture.runBackground();
        long second = log.segmentBaseOffsets().get(1);
        directory.close();
        return second;
    }

    /// In the middle of the segment's records.
    private long corrupt(long base) throws IOException {
        var path = ROOT.resolve(PARTITION.toString()).resolve(LogFiles.log(base));
        long position = fixture.disk.sizeBytes(path) / 2;
        try (var file = fixture.disk.open(path)) {
            file.write(ByteBuffer.allocate(150), position);
        }
        return position;
    }

    @Test
    void damageBelowTheRecoveryPointIsFoundAndCut() throws Exception {
        long second = fill();
        long position = corrupt(second);
        var directory = fixture.openDirectory();
        assertThat(directory.lastRun().closedCleanly()).isTrue();
        var damage = directory.damageOf(PARTITION).orElseThrow();
        assertThat(damage.file().toString()).endsWith(LogFiles.log(second));
        assertThat(damage.position()).isBetween(0L, position);
        assertThat(damage.firstOffset()).isBetween(second, damage.endOffset() - 1);
        assertThat(damage.bytes()).isPositive();
        long sizeBefore = bytes();
        assertThat(directory.damageOf(PARTITION)).as("nothing is changed").contains(damage);
        var log = opened(directory.repairLog(PARTITION, SMALL)).log();
        assertThat(log.logEndOffset()).isEqualTo(damage.firstOffset());
        assertThat(sizeBefore - bytes()).as("the bytes that were announced").isEqualTo(damage.bytes());
        assertThat(valuesFrom(log, 0)).hasSize((int) damage.firstOffset());
        LogFixture.append(log, "goes on");
        directory.close();
        var again = fixture.openDirectory();
        assertThat(again.damageOf(PARTITION)).isEmpty();
        assertThat(fixture.openLog(again).logEndOffset()).isEqualTo(damage.firstOffset() + 1);
    }

    /// Which the CRC does not cover.
    @Test
    void aBaseOffsetOutOfReachIsDamage() throws Exception {
        long second = fill();
        try (var file = fixture.disk.open(ROOT.resolve(PARTITION.toString()).resolve(LogFiles.log(second)))) {
            file.write(ByteBuffer.wrap("damage".getBytes(StandardCharsets.UTF_8)), 0);
        }
        var damage = fixture.openDirectory().damageOf(PARTITION).orElseThrow();
        assertThat(damage.position()).isZero();
        assertThat(damage.firstOffset()).isEqualTo(second);
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (var path : fixture.disk.list(ROOT.resolve(PARTITION.toString())))
            if (path.toString().endsWith(LogFiles.LOG)) bytes += fixture.disk.sizeBytes(path);
        return bytes;
    }

    @Test
    void aSoundLogIsLeftAlone() throws Exception {
        fill();
        var directory = fixture.openDirectory();
        assertThat(directory.damageOf(PARTITION)).isEmpty();
        directory.close();
        assertThat(fixture.openDirectory().lastRun().closedCleanly()).isTrue();
    }

    /// Several segments of which nothing was forced; the process is gone.
    private List<Long> fillAndDie() throws IOException {
        var log = fixture.openLog(fixture.openDirectory());
        while (log.segmentCount() < 4) LogFixture.append(log, "value " + log.logEndOffset() + "x".repeat(1500));
        var bases = List.copyOf(log.segmentBaseOffsets());
        fixture.disk.keepCache();
        return bases;
    }

    private LogOpening.Opened openedAfterPowerCut() {
        return opened(fixture.openDirectory().openLog(PARTITION, LogFixture.TOPIC_ID, SMALL));
    }

    /// A later segment may reach the disk before an earlier one: that is a power cut, and no damage.
    @Test
    void bytesMissingAfterAPowerCutEndTheLog() throws Exception {
        var bases = fillAndDie();
        var path = ROOT.resolve(PARTITION.toString()).resolve(LogFiles.log(bases.get(1)));
        try (var file = fixture.disk.open(path)) {
            file.truncate(fixture.disk.sizeBytes(path) - 100);
        }
        var opened = openedAfterPowerCut();
        assertThat(opened.log().logEndOffset()).isBetween(bases.get(1), bases.get(2) - 1);
        assertThat(opened.recovery().lostSegments()).isEqualTo(2);
        assertThat(valuesFrom(opened.log(), 0)).hasSize((int) opened.log().logEndOffset());
        LogFixture.append(opened.log(), "goes on");
    }

    @Test
    void sectorsThatWereNeverWrittenEndTheLog() throws Exception {
        var bases = fillAndDie();
        try (var file = fixture.disk.open(ROOT.resolve(PARTITION.toString()).resolve(LogFiles.log(bases.get(1))))) {
            file.write(ByteBuffer.allocate(512), 512);
        }
        var opened = openedAfterPowerCut();
        assertThat(opened.log().logEndOffset()).isEqualTo(bases.get(1));
        assertThat(opened.recovery().lostSegments()).isEqualTo(2);
    }

    @Test
    void aMissingSegmentEndsTheLogWhereNothingWasForced() throws Exception {
        var bases = fillAndDie();
        fixture.disk.delete(segment(bases.get(1)));
        var behind = new ArrayList<byte[]>();
        for (long base : bases.subList(2, bases.size())) behind.add(fixture.disk.contentOf(segment(base)));
        var opened = openedAfterPowerCut();
        assertThat(opened.log().logEndOffset()).isEqualTo(bases.get(1));
        assertThat(opened.recovery().lostSegments()).isEqualTo(2);
        // no other copy of their records may exist
        for (int i = 0; i < behind.size(); i++) {
            assertThat(fixture.disk.exists(segment(bases.get(i + 2)))).isFalse();
            assertThat(fixture.disk.contentOf(
                            segment(bases.get(i + 2)).resolveSibling(LogFiles.log(bases.get(i + 2)) + ".cut")))
                    .isEqualTo(behind.get(i));
        }
    }

    private static Path segment(long base) {
        return ROOT.resolve(PARTITION.toString()).resolve(LogFiles.log(base));
    }

    /// Otherwise the damaged log would be opened without a look the next time.
    @Test
    void orderlyEndDoesNotMarkAnUnopenedLogAsSound() throws Exception {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        while (log.segmentCount() < 4) LogFixture.append(log, "value " + "x".repeat(30));
        var bases = List.copyOf(log.segmentBaseOffsets());
        fixture.disk.keepCache();
        corrupt(bases.get(1));
        for (int start = 0; start < 3; start++) {
            var next = fixture.openDirectory();
            assertThat(next.openLog(PARTITION, LogFixture.TOPIC_ID, SMALL))
                    .as("start %d", start)
                    .isInstanceOf(LogOpening.Damaged.class);
            next.close();
        }
    }

    /// A repair rebuilds indexes that no later flush has a reason to write.
    @Test
    void aRepairedLogStillKnowsItsAbortedTransactionsAfterACrash() throws Exception {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        LogFixture.appended(log.append(LogFixture.batchOf(1, 0, 0, true, "aborted"), AppendOrigin.CLIENT, 0));
        LogFixture.appended(log.endTransaction(new TransactionMarker(1, (short) 1, 0, false, 2), 0));
        while (log.segmentCount() < 4) LogFixture.append(log, "value " + log.logEndOffset() + "x".repeat(30));
        log.flush();
        directory.checkpoint();
        directory.checkpointHighWatermarks(Map.of(PARTITION, log.logEndOffset()));
        assertThat(abortedIn(log)).isEqualTo(1);
        for (boolean killed : new boolean[] {true, false}) {
            if (killed) fixture.disk.keepCache();
            else fixture.disk.loseFromCache();
            var repaired = opened(fixture.openDirectory().repairLog(PARTITION, SMALL));
            assertThat(abortedIn(repaired.log()))
                    .as("repaired, killed %s", killed)
                    .isEqualTo(1);
            if (killed) fixture.disk.keepCache();
            else fixture.disk.loseFromCache();
            var again = fixture.openLog(fixture.openDirectory());
            assertThat(abortedIn(again)).as("opened again, killed %s", killed).isEqualTo(1);
        }
    }

    /// The same with a crash at any change that the repair makes.
    @Test
    void aRepairThatACrashInterruptsForgetsNoAbortedTransaction() throws Exception {
        int interrupted = 0;
        for (int changes = 1; changes < 40; changes++) {
            var each = new LogFixture(changes, SMALL);
            var directory = each.openDirectory();
            var log = each.openLog(directory);
            LogFixture.appended(log.append(LogFixture.batchOf(1, 0, 0, true, "aborted"), AppendOrigin.CLIENT, 0));
            LogFixture.appended(log.endTransaction(new TransactionMarker(1, (short) 1, 0, false, 2), 0));
            while (log.segmentCount() < 4) LogFixture.append(log, "value " + log.logEndOffset() + "x".repeat(30));
            log.flush();
            directory.checkpoint();
            directory.checkpointHighWatermarks(Map.of(PARTITION, log.logEndOffset()));
            each.disk.keepCache();
            var again = each.openDirectory();
            each.disk.stopAfter(changes);
            try {
                var _ = again.repairLog(PARTITION, SMALL);
            } catch (SimulatedCrash expected) {
                interrupted++;
            }
            each.disk.loseFromCache();
            assertThat(abortedIn(each.openLog(each.openDirectory())))
                    .as("a crash at change %d", changes)
                    .isEqualTo(1);
        }
        assertThat(interrupted).isGreaterThan(10);
    }

    private static int abortedIn(PartitionLog log) throws IOException {
        try (var slice = (LogSlice) log.read(0, 200, true, log.logEndOffset())) {
            return log.abortedTransactions(slice).size();
        }
    }
}
