package barnabas.log;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.TOPIC_ID;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.log.LogConfig.Retention;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// No space and no file descriptors: operations fail, the directory stays in service, and everything works afterwards.
class ShortageTest {
    private static final int SEEDS = 300;
    private static final Retention NOTHING_STAYS = new Retention(true, -1, 0, 0);

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL);
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog log = fixture.openLog(directory);

    @Test
    void withoutDescriptorsOnlyTheRequestFails() throws Exception {
        append(log, "one");
        log.releaseFiles();
        fixture.disk.descriptors(fixture.disk.openFiles());
        assertThat(log.append(batch("two"), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.StorageFailed.class);
        assertThat(log.read(0, 100, true, 1)).isInstanceOf(ReadResult.StorageFailed.class);
        assertThat(directory.openLog(new TopicPartition("other", 0), TOPIC_ID, LogFixture.SMALL))
                .isInstanceOf(LogOpening.Failed.class);
        assertThat(directory.failure()).isEmpty();

        fixture.disk.descriptors(Integer.MAX_VALUE);
        append(log, "three");
        assertThat(valuesFrom(log, 0)).containsExactly("one", "three");
        assertThat(directory.openLog(new TopicPartition("other", 0), TOPIC_ID, LogFixture.SMALL))
                .isInstanceOf(LogOpening.Opened.class);
    }

    /// The first append to a reopened log wants its index too, behind the write that can not be taken back.
    @Test
    void withoutDescriptorsAReopenedLogTakesNoHalfAppend() throws Exception {
        for (int i = 0; i < 12; i++) append(log, "x".repeat(100));
        directory.close();
        var again = fixture.openDirectory();
        var reopened = fixture.openLog(again);
        for (int free = 0; free < 4; free++) {
            reopened.releaseFiles();
            fixture.disk.descriptors(fixture.disk.openFiles() + free);
            var _ = reopened.append(batch("y".repeat(100)), AppendOrigin.CLIENT, 0);
            assertThat(again.failure()).as("with %d descriptors", free).isEmpty();
        }
        fixture.disk.descriptors(Integer.MAX_VALUE);
        append(reopened, "z");
        assertThat(valuesFrom(reopened, 0)).endsWith("z");
    }

    @Test
    void aSegmentWhoseFileCouldNotBeCreatedTakesTheNextAppend() throws Exception {
        while (log.segmentCount() < 2) append(log, "x".repeat(100));
        long end = log.logEndOffset();
        while (log.segmentCount() < 3) {
            fixture.disk.descriptors(fixture.disk.openFiles());
            var refused = log.append(batch("y".repeat(100)), AppendOrigin.CLIENT, 0);
            fixture.disk.descriptors(Integer.MAX_VALUE);
            if (refused instanceof AppendResult.StorageFailed) append(log, "y".repeat(100));
            end++;
        }
        assertThat(log.logEndOffset()).isEqualTo(end);
        assertThat(directory.failure()).isEmpty();
    }

    /// A write finds no space, and an Error keeps its beginning from being cut off: neither the next segment nor the
    /// next run may take it for a part of the log.
    @Test
    void failedWriteThatStaysBelongsToNoLog() throws Exception {
        int errors = 0;
        for (int change = 1; change < 8; change++) {
            for (boolean rolls : new boolean[] {true, false}) {
                var each = new LogFixture(LogFixture.SMALL);
                var open = each.openDirectory();
                var partition = each.openLog(open);
                append(partition, "one");
                partition.flush();
                each.disk.capacity(each.disk.bytes() + 120);
                each.disk.errAfter(change);
                try {
                    var _ = partition.append(batch("x".repeat(200)), AppendOrigin.CLIENT, 0);
                } catch (OutOfMemoryError expected) {
                    errors++;
                }
                each.disk.errAfter(Long.MAX_VALUE);
                each.disk.capacity(Long.MAX_VALUE);
                if (rolls) {
                    partition.rollIfDue(LogFixture.START_MILLIS + 700_000_000);
                    append(partition, "two");
                    partition.flush();
                    each.disk.loseFromCache();
                } else {
                    open.close();
                }
                var again = each.openLog(each.openDirectory());
                if (!rolls) append(again, "two");
                assertThat(valuesFrom(again, 0))
                        .as("error at change %d, %s", change, rolls ? "next segment" : "orderly end")
                        .containsExactly("one", "two");
            }
        }
        assertThat(errors).isPositive();
    }

    @Test
    void shortagesAtAnyCallPass() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var each = new LogFixture(seed, LogFixture.SMALL);
            var open = each.openDirectory();
            var partition = each.openLog(open);
            var random = new SplittableRandom(seed);
            var expected = new ArrayList<String>();
            each.disk.runShort(100);
            for (int i = 0; i < 60; i++) {
                var value = "value " + i + "-".repeat(random.nextInt(300));
                switch (random.nextInt(8)) {
                    case 0 -> attempt(partition::flush);
                    case 1 -> attempt(open::checkpoint);
                    case 2 -> partition.releaseFiles();
                    case 3 -> attempt(() -> partition.rollIfDue(LogFixture.START_MILLIS + 700_000_000));
                    default -> {
                        if (partition.append(batch(value), AppendOrigin.CLIENT, 0) instanceof AppendResult.Appended)
                            expected.add(value);
                    }
                }
            }
            each.disk.runShort(0);
            assertThat(open.failure()).as("seed %d", seed).isEmpty();
            append(partition, "last");
            expected.add("last");
            assertThat(valuesFrom(partition, 0)).as("seed %d", seed).isEqualTo(expected);
            partition.flush();
            each.disk.loseFromCache();
            var recovered = each.openLog(each.openDirectory());
            assertThat(valuesFrom(recovered, 0)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void attempt(Work work) {
        try {
            work.run();
        } catch (IOException refused) {
            // allowed while something is short
            return;
        }
    }

    @Test
    void aFullDiskDoesNotKeepRetentionFromFreeingSpace() throws Exception {
        for (int i = 0; log.segmentCount() < 6; i++) append(log, "x".repeat(150) + i);
        log.reconfigure(LogFixture.SMALL.withRetention(NOTHING_STAYS));
        fixture.disk.capacity(fixture.disk.bytes());
        long before = fixture.disk.bytes();
        assertThat(log.applyRetention(fixture.clock.millis(), log.logEndOffset()))
                .isPositive();
        directory.removeDeletedFiles(fixture.clock.nanos());
        assertThat(fixture.disk.bytes()).isLessThan(before - 4 * 1500);
        append(log, "there is space again");
        assertThat(directory.failure()).isEmpty();
        fixture.disk.loseFromCache();
        var again = fixture.openDirectory().openLog(PARTITION, TOPIC_ID, LogFixture.SMALL);
        assertThat(again).isInstanceOf(LogOpening.Opened.class);
    }

    /// A segment that was begun and not yet written to has no file, and only a name remembers the offset.
    @Test
    void retentionOfEverythingKeepsTheOffsetOverAPowerCut() throws Exception {
        for (boolean full : new boolean[] {false, true}) {
            var each = new LogFixture(LogFixture.SMALL.withRetention(NOTHING_STAYS));
            var open = each.openDirectory();
            var partition = each.openLog(open);
            for (int i = 0; i < 30; i++) append(partition, "x".repeat(100));
            partition.flush();
            partition.rollIfDue(LogFixture.START_MILLIS + 700_000_000);
            long end = partition.logEndOffset();
            if (full) each.disk.runShort(1000);
            try {
                partition.applyRetention(each.clock.millis(), end);
            } catch (IOException refused) {
                assertThat(full).isTrue();
            }
            each.disk.loseFromCache();
            assertThat(each.openLog(each.openDirectory()).logEndOffset()).isEqualTo(end);
        }
    }

    /// A write that found no space was cut off the file before the next segment began, and a power cut may bring the
    /// bytes back.
    @Test
    void batchesCutBeforeTheNextSegmentStayAwayAfterAPowerCut() throws Exception {
        for (boolean flushed : new boolean[] {true, false}) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                var each = new LogFixture(seed, LogFixture.SMALL);
                var open = each.openDirectory();
                var partition = each.openLog(open);
                for (int i = 0; i < 8; i++) append(partition, "x".repeat(100));
                partition.flush();
                if (!flushed) append(partition, "unforced");
                open.checkpoint();
                long end = partition.logEndOffset();
                each.disk.capacity(each.disk.bytes() + 150);
                assertThat(partition.append(batch("y".repeat(300)), AppendOrigin.CLIENT, 0))
                        .isInstanceOf(AppendResult.StorageFailed.class);
                each.disk.capacity(Long.MAX_VALUE);
                append(partition, "z".repeat(1500));
                assertThat(partition.segmentCount()).isEqualTo(2);
                each.disk.loseFromCache();
                var opening = each.openDirectory().openLog(PARTITION, TOPIC_ID, LogFixture.SMALL);
                if (!flushed && opening instanceof LogOpening.Damaged) continue;
                assertThat(opening).as("seed %d", seed).isInstanceOf(LogOpening.Opened.class);
                var again = LogFixture.opened(opening).log();
                assertThat(again.logEndOffset()).as("seed %d", seed).isBetween(8L, end + 1);
                assertThat(valuesFrom(again, 0)).hasSize((int) again.logEndOffset());
            }
        }
    }

    @Test
    void aFailedFlushEndsTheDirectory() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        LogFixture.append(log, "a");
        fixture.disk.failForces(1);
        assertThat(catchThrowable(log::flush)).isInstanceOf(IOException.class);
        assertThat(log.append(LogFixture.batch("b"), AppendOrigin.CLIENT, 0))
                .as("nobody knows which writes the disk has dropped")
                .isInstanceOf(AppendResult.StorageFailed.class);
        assertThat(directory.failure()).isPresent();
        assertThat(LogFixture.valuesFrom(log, 0)).as("reads go on").containsExactly("a");
        assertThat(log.recoveryPoint()).isZero();
    }
}
