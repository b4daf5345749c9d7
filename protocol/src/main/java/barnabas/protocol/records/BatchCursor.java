package barnabas.protocol.records;

import java.nio.ByteBuffer;

/// Walks over the batches between a buffer's position and limit, trusting no length field. It checks the shape only
/// (lengths, magic); CRC and counts are the caller's business. The buffer's own position does not move.
///
/// ```java
/// var batches = new BatchCursor(buffer);
/// while (batches.next()) use(batches.batch());
/// if (batches.ending() != Ending.COMPLETE) ...
/// ```
public final class BatchCursor {
    /// Reason why [#next] returned false.
    public enum Ending {
        /// The last batch ends where the buffer ends.
        COMPLETE,
        /// The bytes that are left are the start of a batch: more of it may follow elsewhere (a cut fetch, a torn
        /// write).
        TRUNCATED,
        /// A length that no batch can have.
        BAD_LENGTH,
        /// A whole entry of an older (0, 1) or unknown format.
        UNSUPPORTED_MAGIC
    }

    private final ByteBuffer buffer;
    private final int limit;
    private int position;
    private int next;
    private Ending ending = Ending.COMPLETE;

    public BatchCursor(ByteBuffer buffer) {
        this.buffer = buffer;
        this.limit = buffer.limit();
        this.position = buffer.position();
        this.next = position;
    }

    /// Moves to the next whole batch; false when there is none, see [#ending].
    public boolean next() {
        position = next;
        int left = limit - position;
        if (left == 0) return end(Ending.COMPLETE);
        if (left < RecordBatch.LOG_OVERHEAD_BYTES) return end(Ending.TRUNCATED);
        int length = buffer.getInt(position + RecordBatch.BATCH_LENGTH);
        // 14 is the smallest entry that any format ever had; anything below is garbage, whatever its magic says
        if (length < 14) return end(Ending.BAD_LENGTH);
        if (left <= RecordBatch.MAGIC_BYTE) return end(Ending.TRUNCATED);
        if (buffer.get(position + RecordBatch.MAGIC_BYTE) != RecordBatch.MAGIC) return end(Ending.UNSUPPORTED_MAGIC);
        if (length < RecordBatch.HEADER_BYTES - RecordBatch.LOG_OVERHEAD_BYTES) return end(Ending.BAD_LENGTH);
        if (length > left - RecordBatch.LOG_OVERHEAD_BYTES) return end(Ending.TRUNCATED);
        next = position + RecordBatch.LOG_OVERHEAD_BYTES + length;
        return true;
    }

    private boolean end(Ending reason) {
        ending = reason;
        return false;
    }

    /// The batch that the last successful [#next] moved to.
    public RecordBatch batch() {
        return RecordBatch.at(buffer, position);
    }

    /// Position in the buffer: the start of [#batch], or of the bytes that are no batch.
    public int position() {
        return position;
    }

    /// Meaningful after [#next] returned false.
    public Ending ending() {
        return ending;
    }
}
