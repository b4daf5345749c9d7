package barnabas.protocol.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordsHostileInputTest {
    private static final int MUTATIONS = 20_000;

    @ParameterizedTest
    @EnumSource
    void damagedRecordsAreRefusedOrReadButNeverHarm(CompressionCodec codec) {
        var random = new SplittableRandom(codec.id() + 1);
        var original = sample(codec);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var bytes = original.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--)
                bytes[random.nextInt(RecordBatch.LAST_OFFSET_DELTA, bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try (var cursor = RecordCursor.over(RecordBatch.at(ByteBuffer.wrap(bytes), 0), 1 << 20)) {
                while (cursor.next()) assertThat(cursor.record().headers()).isNotNull();
            } catch (InvalidRecordsException expected) {
                refused++;
            }
        }
        assertThat(refused).as("with so many flips some must be seen").isGreaterThan(MUTATIONS / 10);
    }

    @ParameterizedTest
    @EnumSource
    void cutRecordsAreRefused(CompressionCodec codec) {
        var original = sample(codec);
        // the last bytes of a codec's stream may be a trailer that no reader needs
        for (int length = RecordBatch.HEADER_BYTES; length < original.length - 16; length++) {
            var cut = ByteBuffer.wrap(original, 0, length).slice();
            var copy = ByteBuffer.allocate(length).put(cut).flip().putInt(8, length - 12);
            assertThatThrownBy(() -> readAll(copy)).isInstanceOf(InvalidRecordsException.class);
        }
    }

    @Test
    void declaredSizesTakeNoMemory() {
        // a record of 2 GB in a batch of a few bytes, compressed and not
        for (var codec : List.of(CompressionCodec.NONE, CompressionCodec.GZIP)) {
            var batch = new RecordBatchBuilder(Compression.of(codec)).append(0, null, new byte[3]);
            var bytes = batch.build();
            bytes.putInt(RecordBatch.RECORD_COUNT, Integer.MAX_VALUE);
            assertThatThrownBy(() -> readAll(bytes)).isInstanceOf(InvalidRecordsException.class);
        }
        var huge = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + 10);
        huge.putInt(8, huge.capacity() - 12).putInt(RecordBatch.RECORD_COUNT, 1);
        huge.position(RecordBatch.HEADER_BYTES);
        for (int part : new int[] {0xfe, 0xff, 0xff, 0xff, 0x0f}) huge.put((byte) part);
        assertThatThrownBy(() -> readAll(huge.clear()))
                .isInstanceOf(InvalidRecordsException.class)
                .hasMessageContaining("beyond the end");
    }

    /// Kafka's readers take five bytes for 32 bits: a batch with a longer one could not be read by any consumer.
    @Test
    void lengthsOfMoreThanFiveBytesAreRefused() throws InvalidRecordsException {
        for (int surplus = 0; surplus < 7; surplus++) {
            var record = ByteBuffer.allocate(20);
            for (int i = 0; i < surplus; i++) record.put((byte) (i == 0 ? 0x8e : 0x80));
            record.put((byte) (surplus == 0 ? 0x0e : 0));
            record.put(new byte[] {0, 0, 0, 1, 2, 'v', 0}).flip();
            var bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + record.remaining());
            bytes.putInt(8, bytes.capacity() - 12).put(RecordBatch.MAGIC_BYTE, RecordBatch.MAGIC);
            bytes.putInt(RecordBatch.RECORD_COUNT, 1);
            bytes.put(RecordBatch.HEADER_BYTES, record, 0, record.remaining());
            var batch = RecordBatch.at(bytes, 0);
            long walked = RecordWalk.maxTimestamp(batch, false, Long.MIN_VALUE, Long.MAX_VALUE, null);
            if (surplus < 5) {
                assertThat(walked).isZero();
                try (var scan = RecordScan.over(batch, 1 << 20, 1 << 20)) {
                    assertThat(scan.next()).isTrue();
                }
                readAll(bytes);
                continue;
            }
            assertThat(walked).isEqualTo(RecordWalk.LOOK_CLOSER);
            try (var scan = RecordScan.over(batch, 1 << 20, 1 << 20)) {
                assertThatThrownBy(scan::next)
                        .isInstanceOf(InvalidRecordsException.class)
                        .hasMessage("record 0 has a record length of more than 5 bytes");
            }
        }
    }

    @Test
    void cursorGivesTheReasonOfItsStop() {
        var batch = ByteBuffer.wrap(sample(CompressionCodec.NONE));
        int size = batch.remaining();
        var two = ByteBuffer.allocate(2 * size).put(batch.duplicate()).put(batch.duplicate());
        for (int limit = 0; limit <= 2 * size; limit++) {
            var cursor = new BatchCursor(two.duplicate().position(0).limit(limit));
            int whole = 0;
            while (cursor.next()) whole++;
            assertThat(whole).isEqualTo(limit / size);
            assertThat(cursor.ending())
                    .isEqualTo(limit % size == 0 ? BatchCursor.Ending.COMPLETE : BatchCursor.Ending.TRUNCATED);
            assertThat(cursor.position()).isEqualTo(whole * size);
        }
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 13, 48}) {
            var cursor = new BatchCursor(two.duplicate().position(0).putInt(8, length));
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.ending()).isEqualTo(BatchCursor.Ending.BAD_LENGTH);
        }
        two.putInt(8, size - 12);
        for (byte magic : new byte[] {0, 1, 3, -1}) {
            var cursor = new BatchCursor(two.duplicate().position(0).put(16, magic));
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.ending()).isEqualTo(BatchCursor.Ending.UNSUPPORTED_MAGIC);
        }
    }

    private static void readAll(ByteBuffer batch) throws InvalidRecordsException {
        try (var cursor = RecordCursor.over(RecordBatch.at(batch, 0), 1 << 20)) {
            while (cursor.next()) assertThat(cursor.record()).isNotNull();
        }
    }

    private static byte[] sample(CompressionCodec codec) {
        var builder = new RecordBatchBuilder(Compression.of(codec)).producer(1, (short) 0, 0);
        for (int i = 0; i < 12; i++)
            builder.append(
                    1000 + i,
                    ByteBuffer.wrap(("key " + i).getBytes(UTF_8)),
                    ByteBuffer.wrap(new byte[20 * i]),
                    List.of(new RecordHeader("header", ByteBuffer.wrap(new byte[] {1, 2, 3}))));
        var batch = builder.build();
        var bytes = new byte[batch.remaining()];
        batch.get(bytes);
        return bytes;
    }
}
