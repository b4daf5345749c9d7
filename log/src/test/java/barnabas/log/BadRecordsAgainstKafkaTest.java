package barnabas.log;

import static barnabas.log.LogFixture.START_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.partition.PartitionLog;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordHeader;
import barnabas.protocol.records.RecordScan;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches with a right CRC over wrong records, offered to this log and to Kafka's.
final class BadRecordsAgainstKafkaTest {
    private static final long SEED = 20_261_128;
    private static final int ROUNDS = 4_000;

    @TempDir
    Path temporary;

    @Test
    void oneChangedByteIsRefusedWhereKafkaRefusesIt() throws Exception {
        var fixture = new LogFixture(LogConfig.DEFAULTS);
        PartitionLog ours = fixture.openLog(fixture.openDirectory());
        var random = new Random(SEED);
        int refused = 0;
        try (var kafka = new KafkaLog(temporary.resolve("t-0"), new HashMap<>(), fixture.clock, 0, true)) {
            for (int round = 0; round < ROUNDS; round++) {
                ByteBuffer batch = honest(random, CompressionCodec.NONE);
                int at = RecordBatch.HEADER_BYTES + random.nextInt(batch.limit() - RecordBatch.HEADER_BYTES);
                batch.put(at, (byte) random.nextInt(256));
                seal(batch);
                String theirs = kafka.append(copy(batch), AppendOrigin.CLIENT, 0, 1);
                AppendResult result = ours.append(copy(batch), AppendOrigin.CLIENT, 0);
                boolean taken = result instanceof AppendResult.Appended;
                if (!theirs.startsWith("appended")) {
                    refused++;
                    assertThat(taken)
                            .as("round %d, byte %d: %s", round, at, theirs)
                            .isFalse();
                } else if (!taken) {
                    assertThat(result).isInstanceOf(AppendResult.InvalidRecord.class);
                    assertThat(reason(batch))
                            .as("round %d: refused here, taken by Kafka", round)
                            .containsPattern("offset delta|of -\\d+ bytes");
                }
            }
        }
        assertThat(refused).as("the changes are worth trying").isGreaterThan(ROUNDS / 20);
    }

    @Test
    void compressedGarbageIsRefused() throws Exception {
        PartitionLog log = log();
        for (var codec : CompressionCodec.values()) {
            if (codec == CompressionCodec.NONE) continue;
            ByteBuffer plain = honest(new Random(SEED), CompressionCodec.NONE);
            plain.putShort(21, (short) codec.id());
            seal(plain);
            assertThat(log.append(plain, AppendOrigin.CLIENT, 0))
                    .as("plain records that claim %s", codec)
                    .isInstanceOf(AppendResult.InvalidRecord.class);
            ByteBuffer cut = honest(new Random(SEED), codec);
            cut.limit(cut.limit() - 6);
            cut.putInt(8, cut.limit() - 12);
            seal(cut);
            assertThat(log.append(cut, AppendOrigin.CLIENT, 0))
                    .as("%s, cut off", codec)
                    .isInstanceOf(AppendResult.InvalidRecord.class);
        }
    }

    @Test
    void theHeaderGetsTheLargestTimestampOfTheRecords() throws Exception {
        for (var codec : CompressionCodec.values()) {
            for (long claimed : new long[] {-1, 0, START_MILLIS - 86_400_000, Long.MAX_VALUE}) {
                PartitionLog log = log();
                ByteBuffer batch = honest(new Random(SEED), codec);
                long largest = RecordBatch.at(batch, 0).maxTimestamp();
                RecordBatch.at(batch, 0).rewriteTimestamp(TimestampType.CREATE_TIME, claimed);
                LogFixture.appended(log.append(batch, AppendOrigin.CLIENT, 0));
                RecordBatch stored = RecordBatch.at(LogFixture.read(log, 0, 1, Long.MAX_VALUE), 0);
                assertThat(stored.maxTimestamp()).as("%s, %d", codec, claimed).isEqualTo(largest);
                assertThat(stored.crcMatches()).isTrue();
            }
        }
    }

    @Test
    void anOffsetDeltaThatIsNotItsPlaceIsRefused() throws Exception {
        for (var codec : CompressionCodec.values()) {
            ByteBuffer batch = new RecordBatchBuilder(Compression.of(codec))
                    .appendAt(1_000_000, START_MILLIS, ByteBuffer.wrap(new byte[] {1}), null, List.of())
                    .build();
            batch.putInt(23, 0);
            seal(batch);
            assertThat(log().append(batch, AppendOrigin.CLIENT, 0))
                    .as("%s", codec)
                    .isInstanceOfSatisfying(AppendResult.InvalidRecord.class, refused -> {
                        assertThat(refused.message()).contains("record 0 has the offset delta 1000000");
                        assertThat(refused.errors())
                                .singleElement()
                                .satisfies(
                                        error -> assertThat(error.batchIndex()).isZero());
                    });
        }
    }

    @Test
    void aBadTimestampGoesBeforeAMissingKeyAndBothAreListed() throws Exception {
        PartitionLog log = log();
        log.reconfigure(LogConfig.DEFAULTS.withCompaction(new LogConfig.Compaction(true, 0.5, 1, 0, Long.MAX_VALUE)));
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .append(START_MILLIS, null, new byte[1])
                .append(START_MILLIS + 86_400_000, new byte[1], new byte[1])
                .build();
        assertThat(log.append(batch, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.InvalidTimestamp.class,
                        refused -> assertThat(refused.errors())
                                .extracting(AppendResult.RecordError::batchIndex)
                                .containsExactly(0, 1));
    }

    @Test
    void aLargeBatchLeavesTheEventLoopAndIsTakenElsewhere() throws Exception {
        PartitionLog log = log();
        for (var codec : List.of(CompressionCodec.GZIP, CompressionCodec.ZSTD, CompressionCodec.LZ4)) {
            ByteBuffer batch = new RecordBatchBuilder(Compression.of(codec))
                    .append(START_MILLIS, null, new byte[2 << 20])
                    .build();
            assertThat(log.append(copy(batch), AppendOrigin.CLIENT_ON_LOOP, 0))
                    .isInstanceOf(AppendResult.TakesLong.class);
            LogFixture.appended(log.append(copy(batch), AppendOrigin.CLIENT, 0));
        }
        ByteBuffer small = honest(new Random(SEED), CompressionCodec.GZIP);
        LogFixture.appended(log.append(small, AppendOrigin.CLIENT_ON_LOOP, 0));
    }

    @Test
    void aTopicsLimitHoldsForWhatIsStored() throws Exception {
        PartitionLog log = log();
        for (var codec : List.of(CompressionCodec.NONE, CompressionCodec.LZ4)) {
            log.reconfigure(LogConfig.DEFAULTS
                    .withMaxMessageBytes(2_000)
                    .withRecompression(java.util.Optional.of(Compression.of(codec))));
            byte[] value = new byte[codec == CompressionCodec.NONE ? 20_000 : 1_000_000];
            ByteBuffer batch = new RecordBatchBuilder(Compression.of(CompressionCodec.GZIP))
                    .append(START_MILLIS, null, value)
                    .build();
            assertThat(log.append(batch, AppendOrigin.CLIENT, 0))
                    .as("%s", codec)
                    .isInstanceOf(AppendResult.TooLarge.class);
        }
    }

    private static PartitionLog log() {
        var fixture = new LogFixture(LogConfig.DEFAULTS);
        return fixture.openLog(fixture.openDirectory());
    }

    private static ByteBuffer honest(Random random, CompressionCodec codec) {
        var builder = new RecordBatchBuilder(Compression.of(codec));
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            byte[] key = random.nextBoolean() ? null : new byte[random.nextInt(5)];
            var value = new byte[random.nextInt(90)];
            random.nextBytes(value);
            List<RecordHeader> headers = random.nextInt(3) > 0
                    ? List.of()
                    : List.of(new RecordHeader("h", random.nextBoolean() ? null : ByteBuffer.wrap(new byte[3])));
            builder.append(
                    START_MILLIS - random.nextInt(1_000),
                    key == null ? null : ByteBuffer.wrap(key),
                    ByteBuffer.wrap(value),
                    headers);
        }
        return builder.build();
    }

    private static String reason(ByteBuffer batch) {
        try (var records = RecordScan.over(RecordBatch.at(batch, 0), 1 << 20, 1 << 20)) {
            while (records.next()) assertThat(records.index()).isNotNegative();
            return "nothing";
        } catch (InvalidRecordsException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static ByteBuffer copy(ByteBuffer batch) {
        return ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    }

    private static void seal(ByteBuffer batch) {
        batch.putInt(17, RecordBatch.at(batch, 0).computedCrc());
    }
}
