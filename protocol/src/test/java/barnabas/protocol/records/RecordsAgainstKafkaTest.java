package barnabas.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.message.LeaderChangeMessage.Voter;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.ControlRecordUtils;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Batches written by Kafka's own client are read here, and the other way round.
class RecordsAgainstKafkaTest {
    private static final int ROUNDS = 150;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    @ParameterizedTest
    @EnumSource
    void readsWhatKafkaWrites(CompressionCodec codec) throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new SplittableRandom(seed);
            var records = randomRecords(random);
            long baseOffset = random.nextLong(1L << 40);
            var kafka = MemoryRecords.withIdempotentRecords(
                    baseOffset, kafkaCompression(codec), 77L, (short) 3, Integer.MAX_VALUE - 2, 5, records);
            var cursor = new BatchCursor(kafka.buffer());
            assertThat(cursor.next()).isTrue();
            var batch = cursor.batch();
            var expected = kafka.firstBatch();
            assertThat(batch.crcMatches()).as("seed %d", seed).isTrue();
            assertThat(batch.codec()).contains(codec);
            assertThat(batch.baseOffset()).isEqualTo(baseOffset);
            assertThat(batch.lastOffset()).isEqualTo(expected.lastOffset());
            assertThat(batch.lastSequence()).isEqualTo(expected.lastSequence());
            assertThat(batch.maxTimestamp()).isEqualTo(expected.maxTimestamp());
            assertThat(batch.leaderEpoch()).isEqualTo(5);
            assertThat(batch.producerId()).isEqualTo(77);
            assertThat(batch.recordCount()).isEqualTo(records.length);
            assertThat(ours(batch)).as("seed %d", seed).isEqualTo(kafkas(kafka));
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.ending()).isEqualTo(BatchCursor.Ending.COMPLETE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatKafkaReads(CompressionCodec codec) throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new SplittableRandom(seed);
            var records = randomRecords(random);
            long baseOffset = random.nextLong(1L << 40);
            var builder = new RecordBatchBuilder(Compression.of(codec))
                    .baseOffset(baseOffset)
                    .leaderEpoch(9)
                    .producer(78, (short) 4, 0)
                    .transactional();
            for (var record : records)
                builder.append(record.timestamp(), record.key(), record.value(), headers(record.headers()));
            var buffer = builder.build();
            if (codec == CompressionCodec.NONE) {
                var same = MemoryRecords.withTransactionalRecords(
                        baseOffset, kafkaCompression(codec), 78L, (short) 4, 0, 9, records);
                assertThat(buffer).isEqualTo(same.buffer());
                assertThat(builder.uncompressedSizeBytes()).isEqualTo(buffer.remaining());
            }
            var kafka = MemoryRecords.readableRecords(buffer);
            var batch = kafka.batches().iterator().next();
            batch.ensureValid();
            assertThat(batch.isTransactional()).isTrue();
            assertThat(batch.partitionLeaderEpoch()).isEqualTo(9);
            assertThat(batch.lastOffset()).isEqualTo(baseOffset + records.length - 1);
            assertThat(kafkas(kafka)).as("seed %d", seed).isEqualTo(ours(RecordBatch.at(buffer, 0)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void largeRecordsPassThroughEveryCodecBothWays(CompressionCodec codec) throws Exception {
        var random = new SplittableRandom(1);
        var noise = new byte[300_000];
        random.nextBytes(noise);
        var zeros = new byte[2_000_000];
        var records = new SimpleRecord[] {new SimpleRecord(1, noise, zeros), new SimpleRecord(2, null, noise)};
        var kafka = MemoryRecords.withRecords(kafkaCompression(codec), records);
        assertThat(ours(RecordBatch.at(kafka.buffer(), 0))).isEqualTo(kafkas(kafka));
        var built = new RecordBatchBuilder(Compression.of(codec))
                .append(1, noise, zeros)
                .append(2, null, noise)
                .build();
        assertThat(kafkas(MemoryRecords.readableRecords(built))).isEqualTo(kafkas(kafka));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decompressionStopsAtTheLimit(CompressionCodec codec) throws Exception {
        var buffer = new RecordBatchBuilder(Compression.of(codec))
                .append(1, null, new byte[50_000_000])
                .build();
        assertThat(buffer.remaining()).isLessThan(3_000_000);
        assertThatThrownBy(() -> read(RecordBatch.at(buffer, 0), 1_000_000))
                .isInstanceOf(InvalidRecordsException.class)
                .hasMessageContaining("1000000");
    }

    @Test
    void bareSnappyBlocksAreRead() throws Exception {
        var plain = new RecordBatchBuilder(Compression.NONE).append(5, new byte[] {1}, new byte[] {2, 3});
        var none = plain.build();
        var records = new byte[none.remaining() - RecordBatch.HEADER_BYTES];
        none.get(RecordBatch.HEADER_BYTES, records);
        var compressed = org.xerial.snappy.Snappy.compress(records);
        var buffer = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + compressed.length);
        buffer.put(none.slice(0, RecordBatch.HEADER_BYTES)).put(compressed).flip();
        buffer.putInt(8, buffer.limit() - 12).putShort(21, (short) 2);
        assertThat(ours(RecordBatch.at(buffer, 0))).hasSize(1);
    }

    @Test
    void transactionMarkersAreKafkas() throws Exception {
        for (boolean commit : new boolean[] {true, false}) {
            var type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
            var theirs = MemoryRecords.withEndTransactionMarker(
                    0, 1234L, -1, 55L, (short) 6, new EndTransactionMarker(type, 17));
            var ours = ControlRecord.endTransaction(commit, 55, (short) 6, 17, 1234);
            assertThat(ours).isEqualTo(theirs.buffer());
            assertThat(ControlRecord.in(RecordBatch.at(theirs.buffer(), 0)))
                    .isEqualTo(new ControlRecord.EndTransaction(commit, 17));
        }
    }

    @Test
    void leaderChangesAreKafkas() throws Exception {
        var message = new LeaderChangeMessage()
                .setVersion((short) 0)
                .setLeaderId(3)
                .setVoters(List.of(new Voter().setVoterId(3), new Voter().setVoterId(4)))
                .setGrantingVoters(List.of(new Voter().setVoterId(4)));
        var ours = ControlRecord.leaderChange(3, List.of(3, 4), List.of(4), 99);
        var record = MemoryRecords.readableRecords(ours).records().iterator().next();
        assertThat(ControlRecordUtils.deserializeLeaderChangeMessage(record)).isEqualTo(message);
        var theirs = MemoryRecords.withLeaderChangeMessage(0, 99, 1, ByteBuffer.allocate(512), message);
        assertThat(ControlRecord.in(RecordBatch.at(theirs.buffer(), 0))).isEqualTo(new ControlRecord.LeaderChange(3));
    }

    @Test
    void rewritingIsWhatKafkaRewrites() {
        var records = randomRecords(new SplittableRandom(4));
        var mine = MemoryRecords.withRecords(kafkaCompression(CompressionCodec.LZ4), records);
        var theirs = MemoryRecords.withRecords(kafkaCompression(CompressionCodec.LZ4), records);
        var batch = RecordBatch.at(mine.buffer(), 0);
        batch.rewriteBaseOffset(4711);
        batch.rewriteLeaderEpoch(8);
        assertThat(batch.crcMatches()).isTrue();
        batch.rewriteTimestamp(TimestampType.LOG_APPEND_TIME, 123_456);
        var expected = theirs.batches().iterator().next();
        expected.setLastOffset(4711 + records.length - 1);
        expected.setPartitionLeaderEpoch(8);
        expected.setMaxTimestamp(org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME, 123_456);
        assertThat(mine.buffer()).isEqualTo(theirs.buffer());
        assertThat(batch.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    }

    private static SimpleRecord[] randomRecords(SplittableRandom random) {
        var records = new SimpleRecord[1 + random.nextInt(20)];
        for (int i = 0; i < records.length; i++) {
            var headers = new Header[random.nextInt(4) == 0 ? random.nextInt(4) : 0];
            for (int h = 0; h < headers.length; h++)
                headers[h] = new RecordHeader("k\u00e9y" + random.nextInt(9), randomBytes(random));
            records[i] = new SimpleRecord(
                    1_700_000_000_000L + random.nextInt(-5000, 5000),
                    randomBytes(random),
                    randomBytes(random),
                    headers);
        }
        return records;
    }

    private static byte @Nullable [] randomBytes(SplittableRandom random) {
        int kind = random.nextInt(6);
        if (kind == 0) return null;
        var bytes = new byte[kind == 1 ? 0 : random.nextInt(kind == 2 ? 20_000 : 200)];
        if (random.nextBoolean()) random.nextBytes(bytes);
        else Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static List<barnabas.protocol.records.RecordHeader> headers(Header[] headers) {
        return Arrays.stream(headers)
                .map(h -> new barnabas.protocol.records.RecordHeader(h.key(), wrap(h.value())))
                .toList();
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static List<LogRecord> ours(RecordBatch batch) throws InvalidRecordsException {
        return read(batch, NO_LIMIT);
    }

    private static List<LogRecord> read(RecordBatch batch, long limit) throws InvalidRecordsException {
        var found = new ArrayList<LogRecord>();
        try (var cursor = RecordCursor.over(batch, limit)) {
            while (cursor.next()) {
                var record = cursor.record();
                assertThat(cursor.hasKey()).isEqualTo(record.key() != null);
                assertThat(cursor.hasValue()).isEqualTo(record.value() != null);
                found.add(record);
            }
        }
        return found;
    }

    private static List<LogRecord> kafkas(MemoryRecords records) {
        var found = new ArrayList<LogRecord>();
        for (var record : records.records())
            found.add(new LogRecord(
                    record.offset(),
                    record.timestamp(),
                    record.sequence(),
                    record.key(),
                    record.value(),
                    headers(record.headers())));
        return found;
    }

    private static org.apache.kafka.common.compress.Compression kafkaCompression(CompressionCodec codec) {
        return org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id()))
                .build();
    }
}
