package barnabas.protocol.records;

import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A view of one record batch (magic 2) inside a big-endian buffer. It neither copies nor moves the buffer's
/// position; the bytes behind it may be shared, so a caller of a `rewrite` method must own them.
///
/// ```
///  0  base offset             int64   assigned by the leader, not covered by the CRC
///  8  batch length            int32   bytes after this field: total size - 12
/// 12  partition leader epoch  int32   assigned by the leader, not covered by the CRC
/// 16  magic                   int8    2
/// 17  crc                     uint32  CRC-32C of everything from byte 21 to the end of the batch
/// 21  attributes              int16   bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control,
///                                     6 delete horizon
/// 23  last offset delta       int32   last offset = base offset + this
/// 27  base timestamp          int64   of the first record; the delete horizon when bit 6 is set
/// 35  max timestamp           int64
/// 43  producer id             int64   -1: not idempotent
/// 51  producer epoch          int16
/// 53  base sequence           int32
/// 57  record count            int32
/// 61  records                         compressed as one block when a codec is set
/// ```
public final class RecordBatch {
    /// Bytes before the part that `batch length` counts.
    public static final int LOG_OVERHEAD_BYTES = 12;
    /// Bytes before the first record.
    public static final int HEADER_BYTES = 61;

    public static final byte MAGIC = 2;
    public static final long NO_TIMESTAMP = -1;
    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final int NO_LEADER_EPOCH = -1;

    static final int BATCH_LENGTH = 8;
    static final int LEADER_EPOCH = 12;
    static final int MAGIC_BYTE = 16;
    static final int CRC = 17;
    static final int ATTRIBUTES = 21;
    /// The CRC covers everything from here on.
    public static final int CRC_COVERS_FROM = ATTRIBUTES;
    static final int LAST_OFFSET_DELTA = 23;
    static final int BASE_TIMESTAMP = 27;
    static final int MAX_TIMESTAMP = 35;
    static final int PRODUCER_ID = 43;
    static final int PRODUCER_EPOCH = 51;
    static final int BASE_SEQUENCE = 53;
    static final int RECORD_COUNT = 57;

    static final int CODEC_MASK = 0x07;
    static final int TIMESTAMP_TYPE_BIT = 0x08;
    static final int TRANSACTIONAL_BIT = 0x10;
    static final int CONTROL_BIT = 0x20;
    static final int DELETE_HORIZON_BIT = 0x40;

    private final ByteBuffer buffer;
    private final int start;

    private RecordBatch(ByteBuffer buffer, int start) {
        this.buffer = buffer;
        this.start = start;
    }

    /// The batch whose first byte is at `start`. At least the header must lie inside the buffer's limit; a caller
    /// that does not know that walks with [BatchCursor].
    public static RecordBatch at(ByteBuffer buffer, int start) {
        return new RecordBatch(buffer, start);
    }

    /// The buffer this view looks into, and where the batch starts in it.
    public ByteBuffer buffer() {
        return buffer;
    }

    public int start() {
        return start;
    }

    public long baseOffset() {
        return buffer.getLong(start);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /// The offset after the last record.
    public long nextOffset() {
        return lastOffset() + 1;
    }

    /// The whole batch, header and length field included.
    public int sizeBytes() {
        return buffer.getInt(start + BATCH_LENGTH) + LOG_OVERHEAD_BYTES;
    }

    public int leaderEpoch() {
        return buffer.getInt(start + LEADER_EPOCH);
    }

    public byte magic() {
        return buffer.get(start + MAGIC_BYTE);
    }

    /// The CRC that the batch claims.
    public int crc() {
        return buffer.getInt(start + CRC);
    }

    /// The CRC that the bytes have. The whole batch must lie inside the buffer's limit.
    public int computedCrc() {
        var crc = new CRC32C();
        crc.update(buffer.slice(start + CRC_COVERS_FROM, sizeBytes() - CRC_COVERS_FROM));
        return (int) crc.getValue();
    }

    public boolean crcMatches() {
        return crc() == computedCrc();
    }

    public short attributes() {
        return buffer.getShort(start + ATTRIBUTES);
    }

    /// Empty when the three codec bits name no codec that exists.
    public Optional<CompressionCodec> codec() {
        return CompressionCodec.ofId(attributes() & CODEC_MASK);
    }

    public boolean isCompressed() {
        return (attributes() & CODEC_MASK) != 0;
    }

    public TimestampType timestampType() {
        return (attributes() & TIMESTAMP_TYPE_BIT) == 0 ? TimestampType.CREATE_TIME : TimestampType.LOG_APPEND_TIME;
    }

    public boolean isTransactional() {
        return (attributes() & TRANSACTIONAL_BIT) != 0;
    }

    public boolean isControl() {
        return (attributes() & CONTROL_BIT) != 0;
    }

    public boolean hasDeleteHorizon() {
        return (attributes() & DELETE_HORIZON_BIT) != 0;
    }

    public int lastOffsetDelta() {
        return buffer.getInt(start + LAST_OFFSET_DELTA);
    }

    /// Milliseconds since the epoch of the first record, or the delete horizon (see [#hasDeleteHorizon]).
    public long baseTimestamp() {
        return buffer.getLong(start + BASE_TIMESTAMP);
    }

    /// Milliseconds since the epoch, [#NO_TIMESTAMP] when no record carries one.
    public long maxTimestamp() {
        return buffer.getLong(start + MAX_TIMESTAMP);
    }

    public long producerId() {
        return buffer.getLong(start + PRODUCER_ID);
    }

    public boolean hasProducerId() {
        return producerId() > NO_PRODUCER_ID;
    }

    public short producerEpoch() {
        return buffer.getShort(start + PRODUCER_EPOCH);
    }

    public int baseSequence() {
        return buffer.getInt(start + BASE_SEQUENCE);
    }

    /// Sequences count from 0 to 2^31-1 and start over.
    public int lastSequence() {
        int base = baseSequence();
        return base == NO_SEQUENCE ? NO_SEQUENCE : sequenceAfter(base, lastOffsetDelta());
    }

    public int recordCount() {
        return buffer.getInt(start + RECORD_COUNT);
    }

    /// The sequence `increment` records after `sequence`, wrapping from 2^31-1 to 0.
    public static int sequenceAfter(int sequence, int increment) {
        return (sequence + increment) & Integer.MAX_VALUE;
    }

    /// The bytes of the batch, as a view.
    public ByteBuffer bytes() {
        return buffer.slice(start, sizeBytes());
    }

    /// The records' bytes as stored (compressed when a codec is set), as a view.
    public ByteBuffer recordBytes() {
        return buffer.slice(start + HEADER_BYTES, sizeBytes() - HEADER_BYTES);
    }

    /// Sets the offset of the first record in place. The CRC stays right.
    public void rewriteBaseOffset(long offset) {
        buffer.putLong(start, offset);
    }

    /// Sets the leader epoch in place. The CRC stays right.
    public void rewriteLeaderEpoch(int epoch) {
        buffer.putInt(start + LEADER_EPOCH, epoch);
    }

    /// Sets the sequence of the first record in place and computes the CRC again.
    public void rewriteBaseSequence(int sequence) {
        buffer.putInt(start + BASE_SEQUENCE, sequence);
        buffer.putInt(start + CRC, computedCrc());
    }

    /// Sets timestamp type and largest timestamp in place and computes the CRC again. With
    /// [TimestampType#LOG_APPEND_TIME] readers take the largest timestamp for every record.
    public void rewriteTimestamp(TimestampType type, long maxTimestamp) {
        int attributes = attributes() & ~TIMESTAMP_TYPE_BIT;
        if (type == TimestampType.LOG_APPEND_TIME) attributes |= TIMESTAMP_TYPE_BIT;
        buffer.putShort(start + ATTRIBUTES, (short) attributes);
        buffer.putLong(start + MAX_TIMESTAMP, maxTimestamp);
        buffer.putInt(start + CRC, computedCrc());
    }

    @Override
    public String toString() {
        return "RecordBatch[offsets " + baseOffset() + ".." + lastOffset() + ", " + sizeBytes() + " bytes, epoch "
                + leaderEpoch() + ", producer " + producerId() + "/" + producerEpoch() + ", sequence " + baseSequence()
                + (isTransactional() ? ", transactional" : "") + (isControl() ? ", control" : "") + "]";
    }
}
