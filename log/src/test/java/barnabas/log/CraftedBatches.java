package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.partition.PartitionLog;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Batches that say something wrong, with a CRC that matches.
public final class CraftedBatches {
    private static final int LENGTH = 8;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int COUNT = 57;
    private static final int[] CODECS = {1, 2, 3, 4, 5, 6, 7};

    private CraftedBatches() {}

    /// One lie, about anything but keys and values.
    ///
    /// @param honest an uncompressed batch, which is not changed
    static ByteBuffer lie(ByteBuffer honest, RandomGenerator random) {
        byte[] plain = Arrays.copyOfRange(honest.array(), honest.position(), honest.limit());
        ByteBuffer batch = ByteBuffer.wrap(plain);
        int count = batch.getInt(COUNT);
        int other = random.nextBoolean() ? count + 1 + random.nextInt(1_000) : count - 1 - random.nextInt(count);
        switch (random.nextInt(11)) {
            case 0, 1 -> offsetDelta(batch, random.nextInt(count), random.nextInt(-64, 64));
            case 2 -> batch.putInt(COUNT, other).putInt(LAST_OFFSET_DELTA, other - 1);
            case 3 -> batch.putInt(COUNT, other);
            case 4 -> batch.putInt(LAST_OFFSET_DELTA, other - 1);
            case 5 -> recordLength(batch, random.nextInt(count), random.nextInt(1, 20));
            case 6 -> batch.putLong(MAX_TIMESTAMP, random.nextLong());
            case 7 -> batch.putLong(BASE_TIMESTAMP, random.nextLong());
            case 8 -> {
                var codec = CODECS[random.nextInt(CODECS.length)];
                return sealed(batch.putShort(ATTRIBUTES, (short) (batch.getShort(ATTRIBUTES) & ~7 | codec)));
            }
            case 9 -> {
                int keep = random.nextInt(plain.length - RecordBatch.HEADER_BYTES);
                batch = ByteBuffer.wrap(Arrays.copyOf(plain, RecordBatch.HEADER_BYTES + keep));
            }
            default -> {
                byte[] longer = Arrays.copyOf(plain, plain.length + 1 + random.nextInt(20));
                if (random.nextBoolean()) randomize(longer, RecordBatch.HEADER_BYTES, random);
                batch = ByteBuffer.wrap(longer);
            }
        }
        return random.nextInt(3) == 0 ? compressed(batch, CompressionCodec.LZ4) : sealed(batch);
    }

    private static void randomize(byte[] bytes, int from, RandomGenerator random) {
        for (int i = from; i < bytes.length; i++) bytes[i] = (byte) random.nextInt();
    }

    /// Adds to the offset delta of one record; the header stays as it is.
    static void offsetDelta(ByteBuffer batch, int record, int by) {
        int at = bodyOf(batch, record) + 1;
        while (batch.get(at) < 0) at++;
        int delta = batch.get(at + 1) >> 1;
        // one byte holds -64..63
        int crafted = Math.clamp(delta + by, -64, 63);
        batch.put(at + 1, (byte) (crafted << 1 ^ crafted >> 31));
        seal(batch);
    }

    private static void recordLength(ByteBuffer batch, int record, int by) {
        int at = RecordBatch.HEADER_BYTES;
        if (record > 0) at = bodyOf(batch, record - 1) + lengthOf(batch, record - 1);
        // the lowest bits of a varint come first
        batch.put(at, (byte) (batch.get(at) ^ (by << 1 & 0x3e)));
    }

    private static int lengthOf(ByteBuffer batch, int record) {
        int at = RecordBatch.HEADER_BYTES;
        for (int i = 0; i < record; i++) at = bodyOf(batch, i) + lengthAt(batch, at);
        return lengthAt(batch, at);
    }

    private static int bodyOf(ByteBuffer batch, int record) {
        int at = RecordBatch.HEADER_BYTES;
        for (int i = 0; ; i++) {
            int length = lengthAt(batch, at);
            while (batch.get(at) < 0) at++;
            at++;
            if (i == record) return at;
            at += length;
        }
    }

    private static int lengthAt(ByteBuffer batch, int at) {
        int value = 0;
        for (int i = 0; ; i++) {
            value |= (batch.get(at + i) & 0x7f) << 7 * i;
            if (batch.get(at + i) >= 0) return value >> 1;
        }
    }

    /// The same records under a codec, whatever they are.
    public static ByteBuffer compressed(ByteBuffer batch, CompressionCodec codec) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(batch.array(), 0, RecordBatch.HEADER_BYTES);
        try (var packed = Compression.of(codec).compress(bytes)) {
            packed.write(batch.array(), RecordBatch.HEADER_BYTES, batch.limit() - RecordBatch.HEADER_BYTES);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        ByteBuffer result = ByteBuffer.wrap(bytes.toByteArray());
        return sealed(result.putShort(ATTRIBUTES, (short) (result.getShort(ATTRIBUTES) | codec.id())));
    }

    /// With the length and the CRC of the bytes that are there.
    public static ByteBuffer sealed(ByteBuffer batch) {
        batch.putInt(LENGTH, batch.limit() - 12);
        seal(batch);
        return batch;
    }

    private static void seal(ByteBuffer batch) {
        batch.putInt(CRC, RecordBatch.at(batch, 0).computedCrc());
    }

    /// The batch at the offset holds records at each offset up to `end`, and its header says the same as they do.
    static void assertHonest(PartitionLog log, long offset, long end) throws IOException {
        var stored = RecordBatch.at(LogFixture.read(log, offset, 1, log.logEndOffset()), 0);
        assertThat(stored.crcMatches()).isTrue();
        long next = offset;
        long largest = RecordBatch.NO_TIMESTAMP;
        try (var records = RecordCursor.over(stored, Long.MAX_VALUE)) {
            while (records.next()) {
                assertThat(records.offset()).isEqualTo(next++);
                largest = Math.max(largest, records.timestamp());
            }
        } catch (InvalidRecordsException damaged) {
            throw new AssertionError("the batch at offset " + offset, damaged);
        }
        assertThat(next).isEqualTo(end);
        assertThat(stored.nextOffset()).isEqualTo(end);
        assertThat(stored.maxTimestamp()).isEqualTo(largest);
    }
}
