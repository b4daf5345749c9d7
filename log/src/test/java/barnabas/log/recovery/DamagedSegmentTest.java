package barnabas.log.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.log.AppendOrigin;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.directory.DirectoryCheckpoints;
import barnabas.log.file.LazyFile;
import barnabas.log.file.LogFiles;
import barnabas.log.file.OpenFiles;
import barnabas.log.partition.LogState;
import barnabas.log.partition.PartitionLog;
import barnabas.log.segment.OffsetIndex;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Segments and indexes that are damaged below the recovery point, where a start looks at nothing: a read answers with
/// an error or with the right records, never with those behind the damage. More seeds:
/// `-Dbarnabas.simulation.seeds=1000`.
class DamagedSegmentTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 60);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    /// The end of the log moved with a bit of the last batch's header.
    private static final long TELLING_SEED = 1275;
    private static final Path HOME = LogFixture.ROOT.resolve("t-0");
    private static final LogConfig SPARSE =
            LogConfig.DEFAULTS.withSegments(new LogConfig.Segments(4000, 604_800_000, 0, 1000, 10_485_760, false));

    private static Path segment(long base) {
        return HOME.resolve("%020d.log".formatted(base));
    }

    private static List<Long> segments(LogFixture fixture) {
        return fixture.disk.list(HOME).stream()
                .map(each -> LogFiles.offsetIn(each.getFileName().toString(), LogFiles.LOG))
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .toList();
    }

    /// Appends records, each in a batch and a millisecond of its own, and stops in order.
    private static void write(LogFixture fixture, int count) throws IOException {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        for (int i = 0; i < count; i++)
            LogFixture.appended(
                    log.append(LogFixture.batchAt(LogFixture.START_MILLIS + i, "value " + i), AppendOrigin.CLIENT, 0));
        fixture.runBackground();
        directory.close();
    }

    /// Start of each batch of a segment.
    private static List<Integer> starts(byte[] segment) {
        var starts = new ArrayList<Integer>();
        for (int at = 0;
                at < segment.length;
                at += RecordBatch.at(ByteBuffer.wrap(segment), at).sizeBytes()) starts.add(at);
        return starts;
    }

    @Test
    void nothingBehindADamagedBatchIsTakenForAGap() throws IOException {
        var fixture = new LogFixture(SPARSE);
        write(fixture, 200);
        var bases = segments(fixture);
        assertThat(bases).hasSizeGreaterThan(3);
        byte[] content = fixture.disk.contentOf(segment(bases.get(1)));
        var starts = starts(content);
        // the magic of the third batch
        content[starts.get(2) + 16] ^= 1;
        fixture.disk.overwrite(segment(bases.get(1)), content);
        var log = fixture.openLog(fixture.openDirectory());
        int failed = 0;
        for (long offset = bases.get(1); offset < bases.get(2); offset++) {
            switch (log.read(offset, 10_000, true, log.logEndOffset())) {
                case ReadResult.Damaged(var cause) -> {
                    failed++;
                    assertThat(cause)
                            .hasMessageContaining(segment(bases.get(1)) + " is damaged at byte " + starts.get(2)
                                    + ", offset " + (bases.get(1) + 2));
                }
                case LogSlice slice -> {
                    try (slice) {
                        var batch = RecordBatch.at(slice.copy(), 0);
                        assertThat(batch.baseOffset()).isEqualTo(offset);
                    }
                }
                case ReadResult.OutOfRange outOfRange -> throw new AssertionError(outOfRange);
                case ReadResult.StorageFailed failure -> throw new AssertionError(failure.cause());
            }
        }
        // from the next index entry on, reading does not come by the damage
        assertThat(failed).isGreaterThan(3);
        assertThat(catchThrowable(
                        () -> log.firstOffsetAtOrAfter(LogFixture.START_MILLIS + bases.get(1) + 3, log.logEndOffset())))
                .isInstanceOf(IOException.class);
        assertThat(LogFixture.read(log, bases.get(2), 1000, log.logEndOffset()).remaining())
                .isPositive();
    }

    /// Found by seed 20501 of the simulation of whole nodes.
    @Test
    void aLengthThatEndsAtALaterBatchHidesNothing() throws IOException {
        for (boolean toTheEnd : List.of(false, true)) {
            var fixture = new LogFixture(SPARSE);
            write(fixture, 200);
            var bases = segments(fixture);
            byte[] content = fixture.disk.contentOf(segment(bases.get(1)));
            var starts = starts(content);
            int end = toTheEnd ? content.length : starts.get(6);
            // the length of the third batch
            ByteBuffer.wrap(content).putInt(starts.get(2) + 8, end - starts.get(2) - RecordBatch.LOG_OVERHEAD_BYTES);
            fixture.disk.overwrite(segment(bases.get(1)), content);
            var log = fixture.openLog(fixture.openDirectory());
            for (long offset = bases.get(1) + 3; offset < bases.get(1) + 6; offset++)
                assertThat(log.read(offset, 10_000, true, log.logEndOffset()))
                        .isInstanceOfSatisfying(
                                ReadResult.Damaged.class,
                                failed -> assertThat(failed.cause())
                                        .hasMessageContaining(" is damaged at byte " + starts.get(2)));
            assertThat(catchThrowable(() ->
                            log.firstOffsetAtOrAfter(LogFixture.START_MILLIS + bases.get(1) + 3, log.logEndOffset())))
                    .hasMessageContaining(" is damaged at byte " + starts.get(2));
        }
    }

    @Test
    void aLogWhoseSegmentsAreGoneIsNotTakenForAnEmptyOne() throws IOException {
        var fixture = new LogFixture(SPARSE);
        write(fixture, 10);
        for (long base : segments(fixture)) fixture.disk.delete(segment(base));
        assertThat(fixture.openDirectory().openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, SPARSE))
                .isInstanceOfSatisfying(
                        LogOpening.Damaged.class,
                        damaged -> assertThat(damaged.reason())
                                .contains("it was there at the last orderly stop and is gone"));
    }

    @Test
    void afterAnOrderlyStopNothingIsCut() throws IOException {
        for (int cut : new int[] {1, 100, 0}) {
            var fixture = new LogFixture(SPARSE);
            write(fixture, 70);
            long active = segments(fixture).getLast();
            byte[] content = fixture.disk.contentOf(segment(active));
            var starts = starts(content);
            // inside a batch, inside another one, and exactly between two
            int length = cut == 0 ? starts.getLast() : content.length - cut;
            fixture.clock.advance(Duration.ofSeconds(1));
            fixture.disk.overwrite(segment(active), Arrays.copyOf(content, length));
            var directory = fixture.openDirectory();
            assertThat(directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, SPARSE))
                    .as("cut %d", cut)
                    .isInstanceOfSatisfying(LogOpening.Damaged.class, damaged -> {
                        assertThat(damaged.file()).isEqualTo(segment(active));
                        assertThat(damaged.position()).isLessThanOrEqualTo(length);
                        assertThat(damaged.offset()).isBetween(active, 69L);
                    });
            assertThat(fixture.disk.contentOf(segment(active))).hasSize(length);
            assertThat(directory.damageOf(LogFixture.PARTITION))
                    .as("cut %d", cut)
                    .isPresent();
            var log = LogFixture.opened(directory.repairLog(LogFixture.PARTITION, SPARSE))
                    .log();
            LogFixture.append(log, "goes on");
            directory.close();
            assertThat(LogFixture.valuesFrom(fixture.openLog(fixture.openDirectory()), 0))
                    .last()
                    .isEqualTo("goes on");
        }
    }

    /// A bit of its producer id: the transaction of the producer that it names then would never end. Found by seed
    /// 60378 of the simulation of whole nodes.
    @Test
    void aDamagedBatchHoldsNoReaderOfCommittedRecordsBack() throws IOException {
        var fixture = new LogFixture(SPARSE);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        append(log, LogFixture.batchOf(7, 0, 0, true, "in a transaction"));
        append(log, ControlRecord.endTransaction(true, 7, (short) 0, 0, LogFixture.START_MILLIS));
        for (int i = 0; i < 200; i++) append(log, LogFixture.batch("value " + i));
        log.flush();
        directory.checkpoint();
        fixture.disk.keepCache();
        // without them the batches are read, as when a snapshot was written before the last ones
        for (Path each : fixture.disk.list(HOME))
            if (each.toString().endsWith(LogFiles.SNAPSHOT)) fixture.disk.delete(each);
        byte[] content = fixture.disk.contentOf(segment(0));
        content[49] ^= 4;
        fixture.disk.overwrite(segment(0), content);

        var again = fixture.openLog(fixture.openDirectory());
        assertThat(again.damagedBatch()).isPresent();
        assertThat(again.logEndOffset()).isEqualTo(202);
        assertThat(again.lastStableOffset(202)).isEqualTo(202);
    }

    private static void append(PartitionLog log, ByteBuffer batch) {
        RecordBatch.at(batch, 0).rewriteBaseOffset(log.logEndOffset());
        LogFixture.appended(log.append(batch, AppendOrigin.REPLICATION, LogState.ANY_EPOCH));
    }

    @Test
    void bytesThatACrashLeavesAreCutAndKeptAside() throws IOException {
        var fixture = new LogFixture(SPARSE);
        var log = fixture.openLog(fixture.openDirectory());
        LogFixture.append(log, "a");
        LogFixture.append(log, "b");
        byte[] content = fixture.disk.contentOf(segment(0));
        int start = starts(content).get(1);
        fixture.disk.keepCache();
        fixture.disk.overwrite(segment(0), Arrays.copyOf(content, content.length - 3));
        var again = fixture.openLog(fixture.openDirectory());
        assertThat(LogFixture.valuesFrom(again, 0)).containsExactly("a");
        assertThat(fixture.disk.contentOf(HOME.resolve(segment(0).getFileName() + ".cut")))
                .isEqualTo(Arrays.copyOfRange(content, start, content.length - 3));
    }

    @Test
    void garbageInAnIndexIsAHintThatIsNotTaken() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            var random = new SplittableRandom(seed);
            var fixture = new LogFixture(SPARSE);
            int count = 100 + random.nextInt(100);
            write(fixture, count);
            var garbage = new byte[800];
            for (var suffix : List.of(".index", ".timeindex")) {
                for (long base : segments(fixture)) {
                    if (random.nextInt(3) == 0) continue;
                    random.nextBytes(garbage);
                    fixture.disk.overwrite(HOME.resolve("%020d".formatted(base) + suffix), garbage.clone());
                }
            }
            var log = fixture.openLog(fixture.openDirectory());
            for (int i = 0; i < count; i++) {
                var found = log.firstOffsetAtOrAfter(LogFixture.START_MILLIS + i, log.logEndOffset());
                assertThat(found.orElseThrow().offset())
                        .as("seed %d: time %d", seed, i)
                        .isEqualTo(i);
                assertThat(RecordBatch.at(LogFixture.read(log, i, 100, log.logEndOffset()), 0)
                                .baseOffset())
                        .as("seed %d: offset %d", seed, i)
                        .isEqualTo(i);
            }
            assertThat(log.maxTimestamp().orElseThrow().offset())
                    .as("seed %d", seed)
                    .isEqualTo(count - 1);
            assertThat(LogFixture.valuesFrom(log, 0)).hasSize(count);
            LogFixture.append(log, "one more");
            assertThat(LogFixture.valuesFrom(log, count)).containsExactly("one more");
        }
    }

    @Test
    void aFlippedBitIsNeverReadOver() throws IOException {
        int damaged = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) damaged += flip(seed);
        if (SEEDS >= 20) assertThat(damaged).isGreaterThan(SEEDS / 4);
        flip(TELLING_SEED);
    }

    /// @return 1 when a read met the damage
    private static int flip(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var fixture = new LogFixture(
                seed,
                LogConfig.DEFAULTS.withSegments(new LogConfig.Segments(
                        700 + random.nextInt(4000), 604_800_000, 0, random.nextInt(1500), 10_485_760, false)));
        int count = 50 + random.nextInt(100);
        write(fixture, count);
        var bases = segments(fixture);
        var file = segment(bases.get(random.nextInt(bases.size())));
        byte[] content = fixture.disk.contentOf(file);
        int at = random.nextInt(content.length);
        int start = starts(content).stream().filter(each -> each <= at).reduce(0, Math::max);
        // base offset and leader epoch are in no checksum
        if (at - start < 8 || (at - start >= 12 && at - start < 16)) return 0;
        content[at] ^= (byte) (1 << random.nextInt(8));
        fixture.disk.overwrite(file, content);
        var opening = fixture.openDirectory().openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, fixture.config);
        if (opening instanceof LogOpening.Damaged) return 1;
        var log = LogFixture.opened(opening).log();
        assertThat(log.logEndOffset()).as("seed %d", seed).isEqualTo(count);
        int met = 0;
        for (long offset = 0; offset < count; offset++) {
            var result = log.read(offset, 1, true, count);
            if (!(result instanceof LogSlice slice)) {
                met = 1;
                continue;
            }
            try (slice) {
                var bytes = slice.copy();
                if (bytes.remaining() < RecordBatch.HEADER_BYTES
                        || !RecordBatch.at(bytes, 0).crcMatches()) {
                    // the reader finds the damage itself
                    met = 1;
                    continue;
                }
                assertThat(RecordBatch.at(bytes, 0).baseOffset())
                        .as("seed %d: offset %d", seed, offset)
                        .isEqualTo(offset);
                assertThat(StandardCharsets.UTF_8.decode(bytes).toString()).contains("value " + offset);
            }
        }
        return met;
    }

    @Test
    void theRecoveryPointOfADeletedLogDoesNotReturn() throws IOException {
        var fixture = new LogFixture(SPARSE);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        LogFixture.append(log, "a");
        log.flush();
        var checkpoints = new DirectoryCheckpoints(fixture.disk, LogFixture.ROOT);
        log.delete();
        checkpoints.remove(LogFixture.PARTITION);
        // a checkpoint that had found the log before it was deleted
        checkpoints.note(log);
        assertThat(checkpoints.recoveryPoint(LogFixture.PARTITION)).isZero();
    }

    @Test
    void anEntryThatACutTakesAwayReadsAsZeros() throws IOException {
        var fixture = new LogFixture(SPARSE);
        fixture.disk.createDirectories(HOME);
        var index = new OffsetIndex(new LazyFile(new OpenFiles(fixture.disk, 10), HOME.resolve("x.index")), 0);
        for (int i = 1; i < 10; i++) index.add(i, i * 100);
        index.cut(3);
        assertThat(index.at(8)).isEqualTo(new OffsetIndex.Entry(0, 0));
    }
}
