package barnabas.protocol.records;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.compression.DecompressionLimitException;
import java.io.IOException;
import java.io.InputStream;

/// Goes over the records of any batch and keeps none of their bytes: decompressed data passes through a window of fixed
/// size. For what needs keys or values there is [RecordCursor]. Owned by one thread.
public final class RecordScan implements AutoCloseable {
    private static final int WINDOW_BYTES = 4096;
    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARLONG_BYTES_MAX = 10;

    private final RecordBatch batch;
    private final InputStream stream;
    private final long recordBytesMax;
    private final byte[] window = new byte[WINDOW_BYTES];
    private int position;
    private int limit;

    private int index = -1;
    /// Bytes of the present record that were not read yet.
    private long left;
    private long timestampDelta;
    private boolean hasKey;

    private RecordScan(RecordBatch batch, InputStream stream, long recordBytesMax) {
        this.batch = batch;
        this.stream = stream;
        this.recordBytesMax = recordBytesMax;
    }

    /// Starts before the first record of a whole batch whose CRC was checked.
    ///
    /// @param unpackedBytesMax records that take more than this, decompressed, end the scan with
    ///     [UnpackedLimitException]
    /// @param recordBytesMax no record of a compressed batch may be larger
    public static RecordScan over(RecordBatch batch, long unpackedBytesMax, long recordBytesMax)
            throws InvalidRecordsException {
        CompressionCodec codec =
                batch.codec().orElseThrow(() -> new InvalidRecordsException("unknown compression codec in " + batch));
        try {
            return new RecordScan(
                    batch,
                    Compression.decompress(codec, batch.recordBytes(), unpackedBytesMax),
                    codec == CompressionCodec.NONE ? Long.MAX_VALUE : recordBytesMax);
        } catch (IOException damaged) {
            throw undecompressable(damaged);
        }
    }

    /// Moves to the next record; false after the last one, when exactly as many were found as the header counts and
    /// the compressed data ends there too.
    ///
    /// @throws InvalidRecordsException for a record whose lengths do not fit together, or whose offset delta is not
    ///     its place in the batch
    public boolean next() throws InvalidRecordsException {
        if (index + 1 >= batch.recordCount()) {
            if (fill()) throw new InvalidRecordsException("bytes are left after the last record of " + batch);
            return false;
        }
        index++;
        left = 5;
        int length = varint("record length");
        if (length < RecordWalk.RECORD_BYTES_MIN) throw new InvalidRecordsException(here("has " + length + " bytes"));
        if (length > recordBytesMax)
            throw new InvalidRecordsException(
                    here("has " + length + " bytes, more than the " + recordBytesMax + " that it may unpack to"));
        left = length;
        byteOf("attributes");
        timestampDelta = varint("timestamp delta", VARLONG_BYTES_MAX);
        int offsetDelta = varint("offset delta");
        if (offsetDelta != index) throw new InvalidRecordsException(here("has the offset delta " + offsetDelta));
        hasKey = skip("key", -1);
        skip("value", -1);
        int headers = varint("header count");
        if (headers < 0 || headers > left / 2) throw new InvalidRecordsException(here("has " + headers + " headers"));
        for (int i = 0; i < headers; i++) {
            skip("header key", 0);
            skip("header value", -1);
        }
        if (left != 0) throw new InvalidRecordsException(here("is " + left + " bytes longer than its fields"));
        return true;
    }

    /// The present record's place in the batch, from 0.
    public int index() {
        return index;
    }

    public long offset() {
        return batch.baseOffset() + index;
    }

    /// Milliseconds since the epoch: the batch's append time when the batch carries LogAppendTime.
    public long timestamp() {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? batch.maxTimestamp()
                : batch.baseTimestamp() + timestampDelta;
    }

    public boolean hasKey() {
        return hasKey;
    }

    /// True unless the length says null.
    private boolean skip(String field, int lengthMin) throws InvalidRecordsException {
        int length = varint(field);
        if (length < lengthMin || length > left)
            throw new InvalidRecordsException(here("has a " + field + " of " + length + " bytes"));
        for (int ahead = Math.max(0, length); ahead > 0; ) {
            if (position == limit && !fill()) throw new InvalidRecordsException(here("ends inside its " + field));
            int count = Math.min(ahead, limit - position);
            position += count;
            left -= count;
            ahead -= count;
        }
        return length >= 0;
    }

    /// Readers take no more than five bytes, also where the upper ones say nothing.
    private int varint(String field) throws InvalidRecordsException {
        long value = varint(field, VARINT_BYTES_MAX);
        if (value != (int) value) throw new InvalidRecordsException(here("has a " + field + " of more than 32 bits"));
        return (int) value;
    }

    private long varint(String field, int bytesMax) throws InvalidRecordsException {
        long raw = 0;
        for (int i = 0; i < bytesMax; i++) {
            byte part = byteOf(field);
            raw |= (long) (part & 0x7f) << (7 * i);
            if (part >= 0) return (raw >>> 1) ^ -(raw & 1);
        }
        throw new InvalidRecordsException(here("has a " + field + " of more than " + bytesMax + " bytes"));
    }

    private byte byteOf(String field) throws InvalidRecordsException {
        if (left-- <= 0 || (position == limit && !fill()))
            throw new InvalidRecordsException(here("ends inside its " + field));
        return window[position++];
    }

    /// False at the end of the data. Called with an empty window, or at the end of the records.
    private boolean fill() throws InvalidRecordsException {
        if (position < limit) return true;
        try {
            int read = stream.read(window, 0, window.length);
            position = 0;
            limit = Math.max(0, read);
            return read > 0;
        } catch (DecompressionLimitException larger) {
            throw new UnpackedLimitException(larger);
        } catch (IOException damaged) {
            throw undecompressable(damaged);
        }
    }

    private String here(String what) {
        return "record " + index + " " + what;
    }

    private static InvalidRecordsException undecompressable(IOException damaged) {
        return new InvalidRecordsException("records do not decompress: " + damaged.getMessage(), damaged);
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException harmless) {
            // the stream reads from memory: closing only frees the codec's buffers
            assert harmless != null;
        }
    }
}
