package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.recordsFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Threads;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogConfig.Compaction;
import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// When the cleaner compacts which log, and what it leaves, step by step on the calling thread.
class LogCleanerTest {
    private static final long DELETE_RETENTION_MILLIS = 60_000;
    private static final LogConfig COMPACTED = LogFixture.SMALL
            .withRetention(new LogConfig.Retention(false, -1, -1, 1000))
            .withCompaction(new Compaction(true, 0.5, DELETE_RETENTION_MILLIS, 0, Long.MAX_VALUE));

    private final LogFixture fixture = new LogFixture(COMPACTED);
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog log = fixture.openLog(directory);
    private final LogCleaner cleaner = cleaner(LogCleaner.Settings.DEFAULTS);
    private int values;

    /// On threads of its own, as in the broker.
    @Test
    void worksByItselfAndStops() throws Exception {
        for (int i = 0; i < 20; i++) put(log, "a");
        fillSegment(log);
        var threaded = cleaner(new LogCleaner.Settings(2, 1 << 20, 0.9, 32 * 1024, 1e9, 1));
        threaded.start();
        try {
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (threaded.status().compactions() == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                // a cleaner that finds nothing to do rests for a millisecond of this clock
                fixture.clock.advance(Duration.ofMillis(1));
                Thread.onSpinWait();
            }
            assertThat(threaded.status().threadsAlive()).isEqualTo(2);
            LogCleaner.LastPasses last = threaded.status().last();
            assertThat(last.recopiedRatio()).isBetween(0.01, 0.99);
            assertThat(last.keyRoomRatioMax()).isBetween(1e-6, 1.0);
            assertThat(threaded.status().sinceLookMillis()).isBetween(0L, 20_000L);
        } finally {
            threaded.close();
        }
        assertThat(threaded.status().threadsAlive()).isZero();
        assertThat(threaded.status().last().recopiedRatio()).as("no thread").isZero();
        assertThat(found(log)).startsWith("19 a");
    }

    @Test
    void goesOnWithOtherSettings() throws Exception {
        var threaded = cleaner(new LogCleaner.Settings(1, 1 << 20, 0.9, 32 * 1024, 1e9, 1));
        threaded.become(new LogCleaner.Settings(2, 1 << 20, 0.9, 32 * 1024, 1e9, 1));
        assertThat(threaded.status().threadsAlive()).isZero();
        threaded.start();
        try {
            assertThat(threaded.status().threadsAlive()).isEqualTo(2);
            threaded.become(new LogCleaner.Settings(3, 1 << 19, 0.8, 16 * 1024, 1e9, 2));
            assertThat(threaded.threadsWanted()).isEqualTo(3);
            assertThat(threaded.status().threadsAlive()).isEqualTo(3);
            for (int i = 0; i < 20; i++) put(log, "a");
            fillSegment(log);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (threaded.status().compactions() == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                fixture.clock.advance(Duration.ofMillis(1));
                Thread.onSpinWait();
            }
        } finally {
            threaded.close();
        }
        threaded.become(LogCleaner.Settings.DEFAULTS);
        assertThat(threaded.status().threadsAlive()).isZero();
        assertThat(found(log)).startsWith("19 a");
    }

    private LogCleaner cleaner(LogCleaner.Settings settings) {
        return cleaner(settings, directory);
    }

    private LogCleaner cleaner(LogCleaner.Settings settings, LogDirectory of) {
        return new LogCleaner(
                settings,
                List.of(of),
                each -> OptionalLong.of(each.logEndOffset()),
                fixture.clock,
                Threads.SYSTEM,
                new Random(1));
    }

    private boolean compact() {
        return cleaner.compactDirtiest(cleaner.means());
    }

    /// Records of about 100 bytes, so that twenty fill a segment.
    private void put(PartitionLog target, String key) {
        appended(target.append(
                LogFixture.batchOfKeys(key, "value " + values++ + " " + "x".repeat(20)), AppendOrigin.CLIENT, 0));
    }

    private void fillSegment(PartitionLog target) {
        int before = target.segmentCount();
        while (target.segmentCount() == before) put(target, "filler");
    }

    private static String keyOf(barnabas.protocol.records.LogRecord record) {
        return record.key() == null
                ? "null"
                : StandardCharsets.UTF_8.decode(record.key().duplicate()).toString();
    }

    private List<String> found(PartitionLog of) throws IOException {
        var found = new ArrayList<String>();
        for (var record : recordsFrom(of, of.logStartOffset(), of.logEndOffset()))
            found.add(record.offset() + " " + keyOf(record));
        return found;
    }

    @Test
    void theNewestOfEachKeyStaysWhereItWas() throws Exception {
        for (var key : List.of("a", "b", "a", "c", "b")) put(log, key);
        fillSegment(log);
        long end = log.logEndOffset();
        assertThat(compact()).isTrue();
        assertThat(found(log)).startsWith("2 a", "3 c", "4 b").hasSize(5);
        assertThat(log.logEndOffset()).isEqualTo(end);
        assertThat(log.segmentBaseOffsets()).startsWith(0L);
        assertThat(compact()).as("nothing is dirty any more").isFalse();
        assertThat(text("cleaner-offset-checkpoint"))
                .isEqualTo("0\n1\nt 0 " + log.segmentBaseOffsets().getLast() + "\n");
    }

    private String text(String file) {
        return new String(fixture.disk.contentOf(ROOT.resolve(file)), StandardCharsets.UTF_8);
    }

    @Test
    void nothingHappensBelowTheDirtyRatio() throws Exception {
        for (int i = 0; i < 60; i++) put(log, "key " + i);
        fillSegment(log);
        assertThat(compact()).isTrue();
        put(log, "key 0");
        fillSegment(log);
        assertThat(compact()).as("one dirty segment against several clean ones").isFalse();
        log.reconfigure(COMPACTED.withCompaction(new Compaction(true, 0.01, 0, 0, Long.MAX_VALUE)));
        assertThat(compact()).isTrue();
    }

    @Test
    void recordsThatAreTooYoungStay() throws Exception {
        log.reconfigure(COMPACTED.withCompaction(new Compaction(true, 0, 0, 10_000, Long.MAX_VALUE)));
        put(log, "a");
        put(log, "a");
        fillSegment(log);
        assertThat(compact()).isFalse();
        fixture.clock.advance(Duration.ofMillis(10_001));
        assertThat(compact()).isTrue();
        assertThat(found(log)).startsWith("1 a");
    }

    @Test
    void recordsThatAreTooOldDoNotWaitForTheRatioNorForTheSegment() throws Exception {
        log.reconfigure(COMPACTED.withCompaction(new Compaction(true, 1, 0, 0, 10_000)));
        put(log, "a");
        put(log, "a");
        assertThat(compact()).isFalse();
        fixture.clock.advance(Duration.ofMillis(10_001));
        assertThat(compact()).isTrue();
        assertThat(found(log)).containsExactly("1 a");
    }

    @Test
    void aTombstoneStaysAsLongAsReadersMayNeedIt() throws Exception {
        put(log, "a");
        appended(log.append(LogFixture.batchOfKeys("a", "null"), AppendOrigin.CLIENT, 0));
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(found(log)).as("shadows, and says so").startsWith("1 a");
        fixture.clock.advance(Duration.ofMillis(DELETE_RETENTION_MILLIS - 1));
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(found(log)).startsWith("1 a");
        fixture.clock.advance(Duration.ofMillis(1));
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(found(log)).noneMatch(record -> record.endsWith(" a"));
    }

    @Test
    void uncommittedRecordsAreNotTouched() throws Exception {
        var waiting = new LogCleaner(
                LogCleaner.Settings.DEFAULTS,
                List.of(directory),
                each -> OptionalLong.of(1),
                fixture.clock,
                Threads.SYSTEM,
                new Random(1));
        put(log, "a");
        put(log, "a");
        fillSegment(log);
        waiting.compactDirtiest(waiting.means());
        assertThat(found(log)).startsWith("0 a", "1 a");
    }

    @Test
    void theLastBatchesOfAProducerAreRememberedWithoutTheirRecords() throws Exception {
        for (int i = 0; i < 7; i++) appended(log.append(producerBatch(i), AppendOrigin.CLIENT, 0));
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(batches(log).filter(RecordBatch::hasProducerId).map(RecordBatch::baseOffset))
                .as("the last five, of which only the newest has its record")
                .containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(found(log)).startsWith("6 a");
        var again = toldFromTheLogAlone();
        assertThat(again.append(producerBatch(2), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(again.append(producerBatch(7), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Appended.class);
    }

    private PartitionLog toldFromTheLogAlone() throws IOException {
        fixture.runBackground();
        fixture.disk.keepCache();
        for (var file : fixture.disk.list(ROOT.resolve("t-0")))
            if (file.toString().endsWith(".snapshot")) fixture.disk.delete(file);
        return fixture.openLog(fixture.openDirectory());
    }

    /// Uncommitted records may be truncated; the batches before them are then the newest again.
    @Test
    void aProducerIsRememberedByCommittedBatches() throws Exception {
        for (int i = 0; i < 7; i++) appended(log.append(producerBatch(i), AppendOrigin.CLIENT, 0));
        fillSegment(log);
        long committed = log.logEndOffset();
        for (int i = 7; i < 12; i++) appended(log.append(producerBatch(i), AppendOrigin.CLIENT, 0));
        var replica = new LogCleaner(
                LogCleaner.Settings.DEFAULTS,
                List.of(directory),
                each -> OptionalLong.of(committed),
                fixture.clock,
                Threads.SYSTEM,
                new Random(1));
        assertThat(replica.compactDirtiest(replica.means())).isTrue();
        log.truncateTo(committed);
        var again = toldFromTheLogAlone();
        assertThat(again.append(producerBatch(2), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(again.append(producerBatch(7), AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.Appended.class);
    }

    private static java.nio.ByteBuffer producerBatch(int sequence) {
        return new RecordBatchBuilder(Compression.NONE)
                .producer(5, (short) 0, sequence)
                .append(LogFixture.START_MILLIS, "a".getBytes(StandardCharsets.UTF_8), new byte[10])
                .build();
    }

    private static java.util.stream.Stream<RecordBatch> batches(PartitionLog of) throws IOException {
        var found = new ArrayList<RecordBatch>();
        long next = of.logStartOffset();
        while (next < of.logEndOffset()) {
            var cursor = new BatchCursor(LogFixture.read(of, next, 100_000, of.logEndOffset()));
            while (cursor.next()) {
                found.add(cursor.batch());
                next = cursor.batch().nextOffset();
            }
        }
        return found.stream();
    }

    @Test
    void aBatchKeepsItsCodec() throws Exception {
        for (var codec : CompressionCodec.values()) {
            var builder = new RecordBatchBuilder(Compression.of(codec));
            for (var key : List.of("shared", codec.name()))
                builder.append(LogFixture.START_MILLIS, key.getBytes(StandardCharsets.UTF_8), new byte[100]);
            appended(log.append(builder.build(), AppendOrigin.CLIENT, 0));
        }
        fillSegment(log);
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(batches(log).limit(5).map(batch -> batch.codec().orElseThrow()))
                .containsExactly(CompressionCodec.values());
        assertThat(found(log)).contains("1 NONE", "8 shared").doesNotContain("0 shared");
    }

    @Test
    void moreKeysThanFitTakeSeveralRounds() throws Exception {
        var small = cleaner(new LogCleaner.Settings(1, 0, 0.5, 16 * 1024, Double.MAX_VALUE, 1000));
        log.reconfigure(COMPACTED.withCompaction(new Compaction(true, 0, 0, 0, Long.MAX_VALUE)));
        for (int round = 0; round < 2; round++) for (int i = 0; i < 3000; i++) put(log, "key " + i);
        fillSegment(log);
        int rounds = 0;
        while (small.compactDirtiest(small.means())) rounds++;
        assertThat(rounds).isGreaterThan(1);
        assertThat(found(log)).filteredOn(record -> record.endsWith(" key 7")).hasSize(1);
        assertThat(found(log).size()).isBetween(3000, 3100);
    }

    @Test
    void aDamagedLogIsNamedAndDoesNotStopTheOthers() throws Exception {
        var other = opened(directory.openLog(new TopicPartition("u", 0), new Uuid(3, 4), COMPACTED))
                .log();
        for (var each : List.of(log, other)) {
            put(each, "a");
            put(each, "a");
            fillSegment(each);
        }
        fixture.runBackground();
        directory.close();
        var file = ROOT.resolve("t-0").resolve("00000000000000000000.log");
        var bytes = fixture.disk.contentOf(file);
        bytes[70] ^= 1;
        fixture.disk.overwrite(file, bytes);
        var reopened = fixture.openDirectory();
        var damaged = fixture.openLog(reopened);
        var sound = opened(reopened.openLog(other.partition(), new Uuid(3, 4), COMPACTED))
                .log();
        var again = cleaner(LogCleaner.Settings.DEFAULTS, reopened);
        var means = again.means();
        for (int i = 0; again.compactDirtiest(means); i++) assertThat(i).isLessThan(10);
        assertThat(found(sound)).startsWith("1 a");
        var status = again.status();
        assertThat(status.compactions()).isEqualTo(1);
        assertThat(status.uncleanable()).containsOnlyKeys(PARTITION);
        assertThat(status.uncleanable().get(PARTITION)).contains("wrong CRC").contains(file.toString());
        assertThat(status.uncleanableBytes()).isEqualTo(damaged.sizeBytes());
    }

    @Test
    void aFullDiskPasses() throws Exception {
        put(log, "a");
        put(log, "a");
        fillSegment(log);
        fixture.disk.capacity(fixture.disk.bytes() + 20);
        assertThat(compact()).isFalse();
        assertThat(cleaner.status().uncleanable()).isEmpty();
        assertThat(directory.failure()).isEmpty();
        fixture.disk.capacity(Long.MAX_VALUE);
        assertThat(compact()).isTrue();
        assertThat(found(log)).startsWith("1 a");
    }

    @Test
    void aReaderKeepsWhatItHolds() throws Exception {
        put(log, "a");
        put(log, "a");
        fillSegment(log);
        try (var slice = (LogSlice) log.read(0, 100_000, true, log.logEndOffset())) {
            var before = slice.copy();
            assertThat(compact()).isTrue();
            fixture.clock.advance(Duration.ofMillis(2000));
            directory.removeDeletedFiles(fixture.clock.nanos());
            assertThat(slice.copy()).isEqualTo(before);
        }
        assertThat(fixture.disk.listing()).doesNotContain(".deleted").doesNotContain(".cleaned");
    }

    @Test
    void compactAndDeleteDoesBoth() throws Exception {
        log.reconfigure(COMPACTED.withRetention(new LogConfig.Retention(true, 60_000, -1, 1000)));
        put(log, "a");
        put(log, "a");
        fillSegment(log);
        assertThat(compact()).isTrue();
        assertThat(found(log)).startsWith("1 a");
        fixture.clock.advance(Duration.ofMillis(60_001));
        log.applyRetention(fixture.clock.millis(), log.logEndOffset());
        assertThat(found(log)).noneMatch(record -> record.endsWith(" a"));
        assertThat(log.logStartOffset()).isPositive();
    }
}
