package barnabas.protocol.records;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.compression.DecompressionLimitException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the records of one batch one after the other, decompressing as it goes; no length field is trusted before
/// the bytes are there. Owned by one thread.
///
/// ```
/// length varint | attributes int8 | timestamp delta varlong | offset delta varint
/// | key length varint, -1: null | key | value length varint, -1: null | value
/// | header count varint | headers: key length varint | key | value length varint, -1: null | value
/// ```
/// All varints are zigzag encoded; `length` counts the bytes after itself.
public final class RecordCursor implements AutoCloseable {
    private static final int WINDOW_BYTES = 4096;

    private final RecordBatch batch;
    /// Source of a compressed batch's records; null when they are read in place.
    private final @Nullable InputStream stream;
    private final long recordBytesMax;

    /// The bytes at hand: the batch's own buffer, or a window over the decompressed stream that grows as far as one
    /// record needs.
    private ByteBuffer bytes;
    private int position;
    private int limit;

    private int left;
    private boolean started;

    private int recordStart;
    private int recordEnd;
    private long timestampDelta;
    private int offsetDelta = -1;
    private int keyStart;
    private int keyLength;
    private int valueStart;
    private int valueLength;
    private int headersStart;
    private int headerCount;

    private RecordCursor(RecordBatch batch, @Nullable InputStream stream, long recordBytesMax) {
        this.batch = batch;
        this.stream = stream;
        this.recordBytesMax = recordBytesMax;
        this.left = batch.recordCount();
        this.bytes = stream == null ? batch.recordBytes() : ByteBuffer.allocate(WINDOW_BYTES);
        this.limit = stream == null ? bytes.limit() : 0;
    }

    /// Starts before the first record of a whole batch whose CRC was checked.
    ///
    /// @param decompressedBytesMax reading stops with [InvalidRecordsException] when the records turn out larger
    public static RecordCursor over(RecordBatch batch, long decompressedBytesMax) throws InvalidRecordsException {
        return over(batch, decompressedBytesMax, decompressedBytesMax);
    }

    /// @param recordBytesMax the same for a single record of a compressed batch: what the cursor holds at a time
    public static RecordCursor over(RecordBatch batch, long decompressedBytesMax, long recordBytesMax)
            throws InvalidRecordsException {
        var codec = batch.codec();
        if (codec.isEmpty()) throw new InvalidRecordsException("unknown compression codec in " + batch);
        if (codec.get() == CompressionCodec.NONE) return new RecordCursor(batch, null, Long.MAX_VALUE);
        try {
            return new RecordCursor(
                    batch,
                    Compression.decompress(codec.get(), batch.recordBytes(), decompressedBytesMax),
                    recordBytesMax);
        } catch (IOException damaged) {
            throw undecompressable(damaged);
        }
    }

    /// Moves to the next record; false after the last one, when exactly as many were found as the header promises.
    /// Offset deltas rise and stay within the header's last one.
    public boolean next() throws InvalidRecordsException {
        position = started ? recordEnd : position;
        started = true;
        if (left <= 0) {
            if (has(1)) throw new InvalidRecordsException("bytes are left after the last record of " + batch);
            return false;
        }
        left--;
        // a varint has at most 5 bytes; fewer may be left when the record is short
        has(5);
        int length = varint(limit);
        if (length < RecordWalk.RECORD_BYTES_MIN)
            throw new InvalidRecordsException("record of " + length + " bytes in " + batch);
        if (length > recordBytesMax)
            throw new InvalidRecordsException(
                    "record of " + length + " bytes in " + batch + ", the limit is " + recordBytesMax + " bytes");
        if (!has(length)) throw new InvalidRecordsException("record goes beyond the end of " + batch);
        recordStart = position;
        recordEnd = position + length;
        position++; // attributes: none are defined
        timestampDelta = varlong(recordEnd);
        int previous = offsetDelta;
        offsetDelta = varint(recordEnd);
        // compaction leaves gaps, but an offset of a batch never lies outside what its header says
        if (offsetDelta <= previous || offsetDelta > batch.lastOffsetDelta())
            throw new InvalidRecordsException("record with the offset delta " + offsetDelta + " after " + previous
                    + " in a batch up to delta " + batch.lastOffsetDelta() + ", in " + batch);
        keyLength = length("key");
        keyStart = skip(keyLength);
        valueLength = length("value");
        valueStart = skip(valueLength);
        headerCount = varint(recordEnd);
        // a header takes two bytes at least, so this also bounds the list that record() makes
        if (headerCount < 0 || headerCount > (recordEnd - position) / 2)
            throw new InvalidRecordsException("record with " + headerCount + " headers in " + batch);
        headersStart = position;
        for (int i = 0; i < headerCount; i++) {
            int headerKeyLength = length("header key");
            if (headerKeyLength < 0) throw new InvalidRecordsException("header without a key in " + batch);
            skip(headerKeyLength);
            skip(length("header value"));
        }
        if (position != recordEnd) throw new InvalidRecordsException("record of a wrong length in " + batch);
        return true;
    }

    /// The record that the last successful [#next] moved to, copied out when it came from a compressed batch.
    public LogRecord record() {
        var source = bytes;
        int shift = 0;
        if (stream != null) {
            shift = keyStart;
            source = ByteBuffer.wrap(Arrays.copyOfRange(bytes.array(), keyStart, recordEnd));
        }
        source = source.asReadOnlyBuffer();
        return new LogRecord(
                offset(),
                timestamp(),
                sequence(),
                view(source, keyStart - shift, keyLength),
                view(source, valueStart - shift, valueLength),
                headers(source, headersStart - shift));
    }

    public long offset() {
        return batch.baseOffset() + offsetDelta;
    }

    /// Milliseconds since the epoch: the batch's append time when the batch carries LogAppendTime.
    public long timestamp() {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? batch.maxTimestamp()
                : batch.baseTimestamp() + timestampDelta;
    }

    public boolean hasKey() {
        return keyLength >= 0;
    }

    /// Takes the bytes of a key, which are good during the call only.
    @FunctionalInterface
    public interface KeyReader {
        void key(ByteBuffer bytes, int start, int length);
    }

    /// Shows the present record's key without copying it; there must be one.
    public void readKey(KeyReader reader) {
        reader.key(bytes, keyStart, keyLength);
    }

    /// Shows the present record's key and value without copying them; the bytes are good during the call only.
    public boolean show(RecordWalk.Visitor visitor) {
        return visitor.takes(bytes, keyStart, keyLength, valueStart, valueLength);
    }

    /// Place of the present record in a batch of a producer, whose offset deltas begin at 0 and have no gaps.
    public int index() {
        return offsetDelta;
    }

    /// Adds the present record as it is stored.
    void copyTo(GrowingBytes target) {
        target.bytes(bytes.slice(recordStart, recordEnd - recordStart));
    }

    public boolean hasValue() {
        return valueLength >= 0;
    }

    private int sequence() {
        return batch.hasProducerId() && batch.baseSequence() >= 0
                ? RecordBatch.sequenceAfter(batch.baseSequence(), offsetDelta)
                : RecordBatch.NO_SEQUENCE;
    }

    private static @Nullable ByteBuffer view(ByteBuffer source, int start, int length) {
        return length < 0 ? null : source.slice(start, length);
    }

    private List<RecordHeader> headers(ByteBuffer source, int start) {
        if (headerCount == 0) return List.of();
        var headers = new ArrayList<RecordHeader>(headerCount);
        var reader = source.duplicate().position(start);
        for (int i = 0; i < headerCount; i++) {
            int keyBytes = Varint.read(reader);
            var key = StandardCharsets.UTF_8.decode(reader.slice(reader.position(), keyBytes));
            reader.position(reader.position() + keyBytes);
            int valueBytes = Varint.read(reader);
            var value = view(source, reader.position(), valueBytes);
            reader.position(reader.position() + Math.max(0, valueBytes));
            headers.add(new RecordHeader(key.toString(), value));
        }
        return List.copyOf(headers);
    }

    private int length(String what) throws InvalidRecordsException {
        int length = varint(recordEnd);
        if (length < -1 || length > recordEnd - position)
            throw new InvalidRecordsException(what + " of " + length + " bytes in " + batch);
        return length;
    }

    private int skip(int length) {
        int start = position;
        if (length > 0) position += length;
        return start;
    }

    private int varint(int end) throws InvalidRecordsException {
        long value = varlong(end);
        if (value != (int) value) throw new InvalidRecordsException("varint of more than 32 bits in " + batch);
        return (int) value;
    }

    private long varlong(int end) throws InvalidRecordsException {
        long raw = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) throw new InvalidRecordsException("varint is cut off in " + batch);
            byte part = bytes.get(position++);
            raw |= (long) (part & 0x7f) << shift;
            if (part >= 0) return (raw >>> 1) ^ -(raw & 1);
        }
        throw new InvalidRecordsException("varint without end in " + batch);
    }

    /// Brings `count` bytes from `position` on into view; false when the records end before that.
    private boolean has(int count) throws InvalidRecordsException {
        if (limit - position >= count) return true;
        if (stream == null) return false;
        if (position > 0) {
            System.arraycopy(bytes.array(), position, bytes.array(), 0, limit - position);
            limit -= position;
            position = 0;
        }
        try {
            while (limit < count) {
                if (limit == bytes.capacity()) {
                    int larger = (int) Math.min(Math.max(count, WINDOW_BYTES), bytes.capacity() * 2L);
                    bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), larger));
                }
                int read = stream.read(bytes.array(), limit, bytes.capacity() - limit);
                if (read < 0) return false;
                limit += read;
            }
            return true;
        } catch (DecompressionLimitException larger) {
            throw new UnpackedLimitException(larger);
        } catch (IOException damaged) {
            throw undecompressable(damaged);
        }
    }

    private static InvalidRecordsException undecompressable(IOException damaged) {
        return new InvalidRecordsException("records do not decompress: " + damaged.getMessage(), damaged);
    }

    @Override
    public void close() {
        if (stream == null) return;
        try {
            stream.close();
        } catch (IOException harmless) {
            // the stream reads from memory: closing only frees the codec's buffers
            assert harmless != null;
        }
    }
}
