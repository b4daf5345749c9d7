package barnabas.protocol.records;

import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.compression.UnpackBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One pass over the records of a batch, in place and without an object for each. The result is only whether
/// the batch is in order; [RecordScan] finds what is wrong with one that is not.
///
/// In order means: as many records as the header counts and no byte more; every length inside the one around it; offset
/// deltas 0, 1, 2 and so on; a key where one is required; every timestamp inside its limits.
public final class RecordWalk {
    /// Returned for a batch that is not in order. No timestamp: the largest one of a batch is -1 or more.
    public static final long LOOK_CLOSER = -2;

    /// The shortest record: one byte for each field but `length`.
    static final int RECORD_BYTES_MIN = 6;

    private static final long BAD_VARINT = 0;
    private static final int BAD_HEADERS = -1;

    /// A look at the key and the value of each record.
    public interface Visitor {
        /// Called for each record whose lengths fit together, in order. A batch of which one is refused is
        /// [#LOOK_CLOSER].
        ///
        /// @param bytes hold the record during the call only
        /// @param keyBytes -1 for null
        /// @param valueBytes -1 for null
        boolean takes(ByteBuffer bytes, int key, int keyBytes, int value, int valueBytes);
    }

    private RecordWalk() {}

    /// The largest timestamp of the records, -1 when none has one, or [#LOOK_CLOSER].
    ///
    /// @param batch whole and uncompressed, with CreateTime
    /// @param earliestMillis records may have this timestamp or a later one, or -1
    /// @param latestMillis records may have this timestamp or an earlier one, or -1
    /// @param visitor null to look at no record
    public static long maxTimestamp(
            RecordBatch batch, boolean needsKeys, long earliestMillis, long latestMillis, @Nullable Visitor visitor) {
        int end = batch.start() + batch.sizeBytes();
        return walk(
                batch,
                batch.buffer(),
                batch.start() + RecordBatch.HEADER_BYTES,
                end,
                needsKeys,
                earliestMillis,
                latestMillis,
                visitor);
    }

    /// The same for a compressed batch with lz4 or zstd whose records fit into an [UnpackBuffer]; [#LOOK_CLOSER] for
    /// others too.
    ///
    /// @param unpackedBytesMax records that take more, unpacked, are [#LOOK_CLOSER]
    /// @param visitor null to look at no record
    public static long maxTimestampUnpacked(
            RecordBatch batch,
            boolean needsKeys,
            long earliestMillis,
            long latestMillis,
            long unpackedBytesMax,
            @Nullable Visitor visitor) {
        CompressionCodec codec = batch.codec().orElse(CompressionCodec.NONE);
        try (var unpacked = UnpackBuffer.take()) {
            int size = unpacked.unpack(codec, batch.recordBytes());
            if (size == UnpackBuffer.NOT_UNPACKED || size > unpackedBytesMax) return LOOK_CLOSER;
            return walk(batch, unpacked.bytes(), 0, size, needsKeys, earliestMillis, latestMillis, visitor);
        }
    }

    private static long walk(
            RecordBatch batch,
            ByteBuffer bytes,
            int from,
            int end,
            boolean needsKeys,
            long earliestMillis,
            long latestMillis,
            @Nullable Visitor visitor) {
        int at = from;
        int count = batch.recordCount();
        long base = batch.baseTimestamp();
        long max = RecordBatch.NO_TIMESTAMP;
        for (int i = 0; i < count; i++) {
            long varint = varint(bytes, at, end);
            int length = value(varint);
            at = position(varint);
            if (varint == BAD_VARINT || length < RECORD_BYTES_MIN || length > end - at) return LOOK_CLOSER;
            int recordEnd = at + length;
            at++; // attributes: none are defined
            int timeSize = sizeOfVarlong(bytes, at, recordEnd);
            if (timeSize == 0) return LOOK_CLOSER;
            long timestamp = base + varlong(bytes, at, timeSize);
            if (timestamp > max) max = timestamp;
            if ((timestamp < earliestMillis || timestamp > latestMillis) && timestamp != RecordBatch.NO_TIMESTAMP)
                return LOOK_CLOSER;
            varint = varint(bytes, at + timeSize, recordEnd);
            if (varint == BAD_VARINT || value(varint) != i) return LOOK_CLOSER;
            varint = varint(bytes, position(varint), recordEnd);
            int key = value(varint);
            at = position(varint);
            if (varint == BAD_VARINT || key < (needsKeys ? 0 : -1) || key > recordEnd - at) return LOOK_CLOSER;
            int keyAt = at;
            varint = varint(bytes, at + Math.max(key, 0), recordEnd);
            int value = value(varint);
            at = position(varint);
            if (varint == BAD_VARINT || value < -1 || value > recordEnd - at) return LOOK_CLOSER;
            if (visitor != null && !visitor.takes(bytes, keyAt, key, at, value)) return LOOK_CLOSER;
            at = afterHeaders(bytes, at + Math.max(value, 0), recordEnd);
            if (at != recordEnd) return LOOK_CLOSER;
        }
        return at == end ? max : LOOK_CLOSER;
    }

    private static int afterHeaders(ByteBuffer bytes, int from, int end) {
        long varint = varint(bytes, from, end);
        int count = value(varint);
        int at = position(varint);
        if (varint == BAD_VARINT || count < 0 || count > (end - at) / 2) return BAD_HEADERS;
        for (int i = 0; i < count; i++) {
            varint = varint(bytes, at, end);
            int key = value(varint);
            at = position(varint);
            if (varint == BAD_VARINT || key < 0 || key > end - at) return BAD_HEADERS;
            varint = varint(bytes, at + key, end);
            int value = value(varint);
            at = position(varint);
            if (varint == BAD_VARINT || value < -1 || value > end - at) return BAD_HEADERS;
            at += Math.max(value, 0);
        }
        return at;
    }

    /// Value in the upper half, position behind it in the lower half, so that neither needs an object.
    private static long varint(ByteBuffer bytes, int at, int end) {
        if (at >= end) return BAD_VARINT;
        int first = bytes.get(at);
        if (first >= 0) return packed((first >>> 1) ^ -(first & 1), at + 1);
        return longVarint(bytes, at, end, first & 0x7f);
    }

    private static long longVarint(ByteBuffer bytes, int from, int end, int first) {
        long raw = first;
        int at = from + 1;
        for (int shift = 7; shift < 35; shift += 7) {
            if (at >= end) return BAD_VARINT;
            int part = bytes.get(at++);
            raw |= (long) (part & 0x7f) << shift;
            if (part >= 0) return raw > 0xffff_ffffL ? BAD_VARINT : packed((int) (raw >>> 1) ^ -(int) (raw & 1), at);
        }
        return BAD_VARINT;
    }

    private static long packed(int value, int position) {
        return ((long) value << 32) | position;
    }

    private static int value(long varint) {
        return (int) (varint >> 32);
    }

    private static int position(long varint) {
        return (int) varint;
    }

    /// 0 when it does not end before `end`, or takes more than the ten bytes of 64 bits.
    private static int sizeOfVarlong(ByteBuffer bytes, int at, int end) {
        int longest = Math.min(10, end - at);
        for (int size = 1; size <= longest; size++) if (bytes.get(at + size - 1) >= 0) return size;
        return 0;
    }

    private static long varlong(ByteBuffer bytes, int at, int size) {
        long raw = 0;
        for (int i = 0; i < size; i++) raw |= (long) (bytes.get(at + i) & 0x7f) << (7 * i);
        return (raw >>> 1) ^ -(raw & 1);
    }
}
