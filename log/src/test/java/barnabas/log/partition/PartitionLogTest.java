package barnabas.log.partition;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.START_MILLIS;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.batchAt;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Threads;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.AppendResult.Appended;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.TimestampedOffset;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.directory.LogOpenings;
import barnabas.log.directory.PartitionMetadata;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionLogTest {
    private final LogFixture fixture = new LogFixture(SMALL);
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog log = fixture.openLog(directory);

    @Test
    void appendsGetConsecutiveOffsetsAndAreRead() throws Exception {
        assertThat(append(log, "a", "b")).isEqualTo(new Appended(0, 1, -1, 0));
        assertThat(append(log, "c")).isEqualTo(new Appended(2, 2, -1, 0));
        assertThat(log.logEndOffset()).isEqualTo(3);
        assertThat(valuesFrom(log, 0)).containsExactly("a", "b", "c");
        assertThat(valuesFrom(log, 1)).containsExactly("b", "c");
        assertThat(valuesFrom(log, 3)).isEmpty();
    }

    @Test
    void theBufferGetsOffsetAndEpochAndKeepsItsPosition() {
        append(log, "a");
        var padded = ByteBuffer.allocate(500);
        padded.position(7).put(batch("b")).flip().position(7);
        appended(log.append(padded, AppendOrigin.CLIENT, 42));
        assertThat(padded.position()).isEqualTo(7);
        var stored = RecordBatch.at(padded, 7);
        assertThat(stored.baseOffset()).isEqualTo(1);
        assertThat(stored.leaderEpoch()).isEqualTo(42);
        assertThat(stored.crcMatches()).isTrue();
    }

    @Test
    void everyOffsetIsReadableAcrossSegments() throws Exception {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            append(log, "v" + i, "w" + i);
            expected.add("v" + i);
            expected.add("w" + i);
        }
        assertThat(log.segmentCount()).isGreaterThan(5);
        for (int offset = 0; offset <= expected.size(); offset++)
            assertThat(valuesFrom(log, offset)).isEqualTo(expected.subList(offset, expected.size()));
    }

    @Test
    void readsStopAtTheBound() throws Exception {
        for (int i = 0; i < 40; i++) append(log, "v" + i);
        for (int bound = 0; bound <= 40; bound++)
            for (int offset = 0; offset < bound; offset++)
                assertThat(LogFixture.recordsFrom(log, offset, bound)).hasSize(bound - offset);
        try (var slice = (LogSlice) log.read(10, 1000, true, 10)) {
            assertThat(slice.isEmpty()).isTrue();
        }
    }

    @Test
    void offsetsOutsideTheLogAreRefused() {
        append(log, "a");
        assertThat(log.read(-1, 100, true, 1)).isEqualTo(new ReadResult.OutOfRange(0, 1));
        assertThat(log.read(2, 100, true, 1)).isEqualTo(new ReadResult.OutOfRange(0, 1));
    }

    @Test
    void theFirstBatchComesWholeOnlyWhenAskedFor() {
        append(log, "a".repeat(500));
        append(log, "b");
        try (var slice = (LogSlice) log.read(0, 100, true, 2)) {
            assertThat(slice.sizeBytes()).isBetween(500, 600);
        }
        try (var slice = (LogSlice) log.read(0, 100, false, 2)) {
            assertThat(slice.isEmpty()).isTrue();
        }
        try (var slice = (LogSlice) log.read(0, 10_000, false, 2)) {
            assertThat(slice.sizeBytes()).isEqualTo(log.sizeBytes());
        }
    }

    @Test
    void aSliceStaysReadableWhenItsSegmentGoes() throws Exception {
        for (int i = 0; i < 100; i++) append(log, "value " + i);
        var slice = (LogSlice) log.read(0, 500, true, 100);
        var before = slice.copy();
        log.advanceLogStartOffset(90);
        assertThat(log.applyRetention(fixture.clock.millis(), 100)).isPositive();
        log.removeDeletedFiles(Long.MAX_VALUE / 2);
        assertThat(slice.copy()).isEqualTo(before);
        slice.close();
        slice.close();
        assertThat(log.read(0, 500, true, 100)).isInstanceOf(ReadResult.OutOfRange.class);
    }

    @Test
    void badBatchesChangeNothing() {
        append(log, "a");
        long size = log.sizeBytes();
        var corrupt = batch("b");
        corrupt.put(corrupt.limit() - 1, (byte) 99);
        assertThat(log.append(corrupt, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.Corrupt.class,
                        refused -> assertThat(refused.message()).contains("in topic partition t-0"));

        var old = batch("b").put(16, (byte) 1);
        assertThat(log.append(old, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.UnsupportedMagic.class,
                        refused -> assertThat(refused.magic()).isEqualTo((byte) 1));

        assertThat(log.append(batch("b").putInt(8, 3), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.Corrupt.class);
        assertThat(log.append(ByteBuffer.allocate(0), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.InvalidRecord.class);
        var cut = batch("b");
        assertThat(log.append(cut.limit(cut.limit() - 1), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.InvalidRecord.class);

        var two = ByteBuffer.allocate(1000).put(batch("b")).put(batch("c")).flip();
        assertThat(log.append(two, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.InvalidRecord.class,
                        refused -> assertThat(refused.message()).contains("exactly one record batch"));

        var control = ControlRecord.endTransaction(true, 1, (short) 0, 0, START_MILLIS);
        assertThat(log.append(control, AppendOrigin.CLIENT, 0))
                .isEqualTo(new AppendResult.InvalidRecord(
                        "Clients are not allowed to write control records in topic partition t-0", List.of()));

        var wrongCount = batch("b", "c");
        wrongCount.putInt(57, 1);
        RecordBatch.at(wrongCount, 0).rewriteTimestamp(TimestampType.CREATE_TIME, START_MILLIS);
        assertThat(log.append(wrongCount, AppendOrigin.CLIENT, 0))
                .isEqualTo(new AppendResult.InvalidRecord(
                        "Inconsistent batch offset range [0, 1] and count of records 1 in topic partition t-0",
                        List.of()));

        var unknownCodec = batch("b");
        unknownCodec.putShort(21, (short) 6);
        RecordBatch.at(unknownCodec, 0).rewriteTimestamp(TimestampType.CREATE_TIME, START_MILLIS);
        assertThat(log.append(unknownCodec, AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.UnsupportedCodec.class);

        log.reconfigure(SMALL.withMaxMessageBytes(100));
        assertThat(log.append(batch("b".repeat(100)), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.TooLarge.class);
        log.reconfigure(SMALL);
        assertThat(log.append(batch("b".repeat(3000)), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.LargerThanSegment.class);

        assertThat(log.logEndOffset()).isEqualTo(1);
        assertThat(log.sizeBytes()).isEqualTo(size);
    }

    @Test
    void aCoordinatorMayAppendSeveralBatches() throws Exception {
        var two = ByteBuffer.allocate(1000).put(batch("b", "c")).put(batch("d")).flip();
        assertThat(log.append(two, AppendOrigin.COORDINATOR, 3)).isEqualTo(new Appended(0, 2, -1, 0));
        assertThat(valuesFrom(log, 0)).containsExactly("b", "c", "d");
    }

    @Test
    void logAppendTimeIsTheBrokersClock() throws Exception {
        log.reconfigure(SMALL.withTimestamps(
                new LogConfig.Timestamps(TimestampType.LOG_APPEND_TIME, Long.MAX_VALUE, 3_600_000)));
        fixture.clock.advance(Duration.ofSeconds(5));
        assertThat(appended(log.append(batchAt(1, "a"), AppendOrigin.CLIENT, 0)).logAppendTimeMillis())
                .isEqualTo(START_MILLIS + 5000);
        var record = LogFixture.recordsFrom(log, 0, 1).getFirst();
        assertThat(record.timestamp()).isEqualTo(START_MILLIS + 5000);
    }

    @Test
    void timestampsTooFarFromTheClockAreRefused() {
        var late = log.append(batchAt(START_MILLIS + 3_600_001, "a", "b"), AppendOrigin.CLIENT, 0);
        assertThat(late).isInstanceOfSatisfying(AppendResult.InvalidTimestamp.class, refused -> {
            assertThat(refused.errors()).hasSize(2);
            assertThat(refused.errors().getFirst().message())
                    .startsWith("Timestamp " + (START_MILLIS + 3_600_001)
                            + " of message with offset 0 is out of range. The timestamp should be within [");
        });
        appended(log.append(batchAt(START_MILLIS + 3_600_000, "a"), AppendOrigin.CLIENT, 0));
        log.reconfigure(SMALL.withTimestamps(new LogConfig.Timestamps(TimestampType.CREATE_TIME, 1000, 3_600_000)));
        var compressed = new RecordBatchBuilder(Compression.of(CompressionCodec.ZSTD))
                .append(START_MILLIS, null, new byte[10])
                .append(START_MILLIS - 1001, null, new byte[10])
                .build();
        assertThat(log.append(compressed, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.InvalidTimestamp.class,
                        refused -> assertThat(refused.errors())
                                .extracting(AppendResult.RecordError::batchIndex)
                                .containsExactly(1));
    }

    @Test
    void aCompactedTopicNeedsKeys() {
        log.reconfigure(SMALL.withCompaction(new LogConfig.Compaction(true, 0.5, 1, 0, Long.MAX_VALUE)));
        assertThat(log.append(batch("a"), AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.InvalidRecord.class,
                        refused -> assertThat(refused.errors().getFirst().message())
                                .isEqualTo("Compacted topic cannot accept message without key in topic partition t-0"));
        var keyed = new RecordBatchBuilder(Compression.of(CompressionCodec.GZIP))
                .append(START_MILLIS, new byte[] {1}, null)
                .build();
        appended(log.append(keyed, AppendOrigin.CLIENT, 0));
    }

    @Test
    void aTopicWithACodecStoresItsOwn() throws Exception {
        for (var codec : CompressionCodec.values()) {
            log.reconfigure(SMALL.withRecompression(Optional.of(Compression.of(codec))));
            var sent = new RecordBatchBuilder(Compression.of(CompressionCodec.SNAPPY))
                    .producer(codec.id() + 10, (short) 0, 0)
                    .append(
                            START_MILLIS,
                            new byte[] {7},
                            codec.configName().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .build();
            long offset = appended(log.append(sent, AppendOrigin.CLIENT, 0)).baseOffset();
            var stored = RecordBatch.at(LogFixture.read(log, offset, 1, Long.MAX_VALUE), 0);
            assertThat(stored.codec()).contains(codec);
            assertThat(stored.producerId()).isEqualTo(codec.id() + 10);
            assertThat(valuesFrom(log, offset)).containsExactly(codec.configName());
        }
    }

    @Test
    void segmentsRollByTimeAndByTheirIndex() {
        append(log, "a");
        fixture.clock.advance(Duration.ofDays(8));
        append(log, "b");
        assertThat(log.segmentCount()).as("the timestamps are near each other").isEqualTo(1);
        appended(log.append(batchAt(START_MILLIS + Duration.ofDays(8).toMillis(), "c"), AppendOrigin.CLIENT, 0));
        assertThat(log.segmentCount()).isEqualTo(2);
        log.reconfigure(SMALL.withSegments(new LogConfig.Segments(1 << 20, 604_800_000, 0, 10, 40, false)));
        int before = log.segmentCount();
        for (int i = 0; i < 20; i++) append(log, "x".repeat(50));
        assertThat(log.segmentCount()).isGreaterThan(before + 2);
    }

    @Test
    void truncationRemovesTheEnd() throws Exception {
        for (int i = 0; i < 100; i++) append(log, "v" + i);
        log.truncateTo(150);
        assertThat(log.logEndOffset()).isEqualTo(100);
        log.truncateTo(37);
        assertThat(log.logEndOffset()).isEqualTo(37);
        assertThat(valuesFrom(log, 0)).hasSize(37);
        append(log, "new");
        assertThat(valuesFrom(log, 35)).containsExactly("v35", "v36", "new");
        log.truncateFullyAndStartAt(500);
        assertThat(log.logStartOffset()).isEqualTo(500);
        assertThat(append(log, "later").baseOffset()).isEqualTo(500);
        assertThat(valuesFrom(log, 500)).containsExactly("later");
        directory.close();
        var again = fixture.openLog(fixture.openDirectory());
        assertThat(again.logStartOffset()).isEqualTo(500);
        assertThat(again.logEndOffset()).isEqualTo(501);
    }

    @Test
    void aReplicaKeepsTheLeadersOffsetsAndEpochs() throws Exception {
        var leader = new LogFixture(SMALL);
        var source = leader.openLog(leader.openDirectory());
        for (int i = 0; i < 50; i++) appended(source.append(batch("v" + i), AppendOrigin.CLIENT, i / 10));
        while (log.logEndOffset() < 50) {
            var bytes = LogFixture.read(source, log.logEndOffset(), 300, 50);
            assertThat(log.append(bytes, AppendOrigin.REPLICATION, 4)).isInstanceOf(Appended.class);
        }
        assertThat(valuesFrom(log, 0)).isEqualTo(valuesFrom(source, 0));
        for (int epoch = 0; epoch < 6; epoch++)
            assertThat(log.endOffsetOf(epoch)).isEqualTo(source.endOffsetOf(epoch));
        assertThat(log.endOffsetOf(2)).isEqualTo(new EpochEndOffset(2, 30));
        assertThat(log.endOffsetOf(9)).isEqualTo(EpochEndOffset.UNDEFINED);
        assertThat(log.leaderEpochAt(29)).hasValue(2);
        assertThat(log.append(batch("again"), AppendOrigin.REPLICATION, 4))
                .isEqualTo(new AppendResult.UnexpectedOffset(50, 0));
        var newer = batch("newer");
        RecordBatch.at(newer, 0).rewriteBaseOffset(50);
        RecordBatch.at(newer, 0).rewriteLeaderEpoch(6);
        assertThat(log.append(newer, AppendOrigin.REPLICATION, 5)).isInstanceOf(AppendResult.InvalidRecord.class);
        log.truncateTo(25);
        assertThat(log.endOffsetOf(2)).isEqualTo(new EpochEndOffset(2, 25));
        assertThat(log.latestLeaderEpoch()).hasValue(2);
    }

    @Test
    void aFollowerOfACompactedLogStepsOverGaps() throws Exception {
        long[] bases = {0, 10, 5_000_000_000L, 5_000_000_005L};
        for (long base : bases) {
            var copy = batch("at " + base);
            RecordBatch.at(copy, 0).rewriteBaseOffset(base);
            appended(log.append(copy, AppendOrigin.REPLICATION, 0));
        }
        assertThat(log.logEndOffset()).isEqualTo(5_000_000_006L);
        assertThat(valuesFrom(log, 0)).hasSize(4);
        assertThat(valuesFrom(log, 3)).hasSize(3);
        assertThat(valuesFrom(log, 11)).containsExactly("at 5000000000", "at 5000000005");
        directory.close();
        var again = fixture.openLog(fixture.openDirectory());
        assertThat(valuesFrom(again, 5)).hasSize(3);
    }

    /// Batches that its leader has in two segments may come at once. One segment cannot count so many offsets.
    @Test
    void aFollowerTakesFirstWhatOneSegmentCanCount() throws Exception {
        var near = batch("near");
        var far = batch("far");
        RecordBatch.at(far, 0).rewriteBaseOffset(5_000_000_000L);
        var both = ByteBuffer.allocate(near.remaining() + far.remaining());
        both.put(near.duplicate()).put(far.duplicate()).flip();
        appended(log.append(both, AppendOrigin.REPLICATION, 0));
        assertThat(log.logEndOffset()).isEqualTo(1);
        appended(log.append(far, AppendOrigin.REPLICATION, 0));
        assertThat(log.logEndOffset()).isEqualTo(5_000_000_001L);
        assertThat(valuesFrom(log, 0)).containsExactly("near", "far");
        assertThat(log.segmentCount()).isEqualTo(2);
    }

    @Test
    void offsetsAreFoundByTime() throws IOException {
        long[] times = {10, 30, 20, 50, 40, 50, 5};
        for (int i = 0; i < 140; i++)
            appended(log.append(batchAt(START_MILLIS + times[i % 7] + 100L * (i / 7), "v"), AppendOrigin.CLIENT, 3));
        for (long wanted = -5; wanted < 2100; wanted++) {
            int expected = -1;
            for (int i = 0; i < 140 && expected < 0; i++) if (times[i % 7] + 100L * (i / 7) >= wanted) expected = i;
            var found = log.firstOffsetAtOrAfter(START_MILLIS + wanted, log.logEndOffset());
            assertThat(found.map(TimestampedOffset::offset).orElse(-1L))
                    .as("time %d", wanted)
                    .isEqualTo(expected);
        }
        assertThat(log.firstOffsetAtOrAfter(START_MILLIS + 1000, 50)).isEmpty();
        assertThat(log.maxTimestamp()).contains(new TimestampedOffset(136, START_MILLIS + 1950, 3));
    }

    @Test
    void idlePartitionsHoldNoFiles() throws Exception {
        for (int i = 1; i < 200; i++)
            LogFixture.opened(directory.openLog(new TopicPartition("many", i), LogFixture.TOPIC_ID, SMALL));
        assertThat(fixture.disk.openFiles()).isLessThanOrEqualTo(1);
        directory.close();
        var again = fixture.openDirectory();
        var openings = new LogOpenings(2, fixture.clock, Threads.SYSTEM);
        for (var partition : again.partitions()) openings.add(again, partition, LogFixture.TOPIC_ID, SMALL);
        assertThat(openings.open().values()).hasSize(200).allMatch(LogOpening.Opened.class::isInstance);
        assertThat(again.logs()).hasSize(200);
    }

    @Test
    void aStartAndAStopWriteNothingForAnIdlePartition() throws Exception {
        append(log, "one");
        log.startLeaderEpoch(1);
        directory.close();
        var restarted = fixture.openDirectory();
        long before = fixture.disk.forces();
        var again = fixture.openLog(restarted);
        again.startLeaderEpoch(2);
        again.flush();
        again.close();
        assertThat(fixture.disk.forces()).isEqualTo(before);
        restarted.close();
        // an epoch without records is not missed: the one before it is known, with its end
        assertThat(fixture.openLog(fixture.openDirectory()).latestLeaderEpoch()).hasValue(0);
    }

    @Test
    void manyPartitionsAreCreatedAtOnce() throws Exception {
        var openings = new LogOpenings(2, fixture.clock, Threads.SYSTEM);
        for (int i = 0; i < 200; i++) openings.add(directory, new TopicPartition("new", i), new Uuid(3, 4), SMALL);
        assertThat(openings.countMissing(directory)).isEqualTo(200);
        assertThat(openings.open().values()).hasSize(200).allMatch(LogOpening.Opened.class::isInstance);
        fixture.disk.loseFromCache();
        var again = fixture.openDirectory();
        assertThat(again.partitions()).hasSize(201);
        for (int i = 0; i < 200; i++) {
            var partition = new TopicPartition("new", i);
            assertThat(PartitionMetadata.topicIdIn(fixture.disk, LogFixture.ROOT.resolve(partition.toString())))
                    .contains(new Uuid(3, 4));
        }
    }

    @Test
    void manyFilesStayUnderTheLimit() throws Exception {
        var few = new LogEnvironment(
                fixture.disk,
                fixture.clock,
                Threads.SYSTEM,
                new java.util.Random(1),
                Runnable::run,
                16,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
        directory.close();
        var opening = LogDirectory.open(LogFixture.ROOT, new LogDirectory.Identity(Optional.empty(), 1), few);
        var limited = ((LogDirectory.Opening.Opened) opening).directory();
        var logs = new ArrayList<PartitionLog>();
        for (int i = 0; i < 60; i++)
            logs.add(LogFixture.opened(limited.openLog(new TopicPartition("p", i), LogFixture.TOPIC_ID, SMALL))
                    .log());
        for (int round = 0; round < 30; round++) {
            for (var each : logs) append(each, "round " + round + "x".repeat(50));
            assertThat(limited.openFileCount()).isLessThanOrEqualTo(16);
        }
        for (var each : logs) assertThat(valuesFrom(each, 0)).hasSize(30);
        assertThat(limited.openFileCount()).isLessThanOrEqualTo(16);
    }

    @Test
    void partitionNameIsTheDirectorysName() {
        assertThat(log.directory().getFileName()).hasToString(PARTITION.toString());
        assertThat(log.topicId()).contains(LogFixture.TOPIC_ID);
    }

    @Test
    void readingAtTheTailTouchesNoIndex() throws Exception {
        for (int i = 0; i < 500; i++) {
            append(log, "v" + i);
            try (var slice = (LogSlice) log.read(i, 1000, true, i + 1)) {
                assertThat(slice.recentlyAppended()).isTrue();
                var batches = new BatchCursor(slice.copy());
                assertThat(batches.next()).isTrue();
                assertThat(batches.batch().baseOffset()).isEqualTo(i);
            }
        }
        try (var slice = (LogSlice) log.read(0, 1000, true, 500)) {
            assertThat(slice.recentlyAppended()).as("in an older segment").isFalse();
        }
    }

    @Test
    void aDirectoryThatACrashLeftWithoutAnIdGetsOneWhenItsLogIsOpened() throws Exception {
        directory.close();
        var metadata = LogFixture.ROOT.resolve("t-0").resolve("partition.metadata");
        try (var file = fixture.disk.open(metadata)) {
            file.truncate(5);
        }
        var reopened = fixture.openLog(fixture.openDirectory());
        assertThat(reopened.topicId()).contains(LogFixture.TOPIC_ID);
    }

    @Test
    void manyLogsAreClosedTogetherAndTheirRecordsAreThereAgain() throws Exception {
        for (int i = 1; i < 200; i++) {
            var opened = LogFixture.opened(
                    directory.openLog(new TopicPartition("many", i), LogFixture.TOPIC_ID, LogConfig.DEFAULTS));
            append(opened.log(), "a");
        }
        directory.close();
        var again = fixture.openDirectory();
        for (int i = 1; i < 200; i++) {
            var opened = LogFixture.opened(
                    again.openLog(new TopicPartition("many", i), LogFixture.TOPIC_ID, LogConfig.DEFAULTS));
            assertThat(opened.log().logEndOffset()).isEqualTo(1);
            assertThat(opened.recovery()).isEqualTo(LogOpening.Recovery.NONE);
        }
    }

    @Test
    void aTimeIndexIsNeverLeftWithoutAnOffsetIndex() throws Exception {
        append(log, "a");
        directory.close();
        var folder = LogFixture.ROOT.resolve("t-0");
        fixture.disk.open(folder.resolve("00000000000000000000.timeindex")).close();
        assertThat(fixture.disk.exists(folder.resolve("00000000000000000000.index")))
                .isFalse();
        var again = fixture.openDirectory();
        fixture.openLog(again);
        again.close();
        assertThat(fixture.disk.exists(folder.resolve("00000000000000000000.index")))
                .isTrue();
    }
}
