package barnabas.coordination;

import barnabas.protocol.records.ControlRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// The partition that a shard keeps its state in, as the leader of that partition offers it. Called by the
/// shard's owner only, one call at a time, on a thread that may do file I/O.
public interface ShardLog {
    /// Appends one whole record batch through the partition's normal append path (leader epoch check,
    /// min.insync.replicas, transaction state). Offsets and leader epoch are set in the buffer itself; it is
    /// not used again by the caller.
    AppendOutcome append(ByteBuffer batch);

    /// Appends a batch of a transaction, provided that what was said about the transaction still counts.
    default AppendOutcome append(ByteBuffer batch, VerificationProof admission) {
        return append(batch);
    }

    /// Appends the control batch that ends a producer's transaction on this partition.
    ///
    /// A real partition refuses a marker of an older epoch or coordinator; this default, for tests, does not know.
    default AppendOutcome appendMarker(Marker marker, long nowMillis) {
        Producer producer = marker.producer();
        return append(ControlRecord.endTransaction(
                marker.commit(), producer.id(), producer.epoch(), marker.coordinatorEpoch(), nowMillis));
    }

    /// Hands over everything from the start of the log to its end, in order: each call of `sink` gets whole
    /// batches between position and limit, and only until it returns. A chunk should not be much larger than
    /// `offsets.load.buffer.size` unless one batch is.
    ///
    /// @throws IOException when the log cannot be read; the shard then stays unloaded and answers
    ///     COORDINATOR_NOT_AVAILABLE
    void readAll(Consumer<ByteBuffer> sink) throws IOException;

    /// Everything below is committed; 0 when another broker leads by now. Read once after [#readAll]; from then on the
    /// broker sends notices.
    long highWatermark();

    /// A batch larger than this would be refused (`max.message.bytes` of the internal topic).
    int batchBytesMax();
}
