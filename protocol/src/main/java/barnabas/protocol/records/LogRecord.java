package barnabas.protocol.records;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record read out of a batch. Key, value and header values are read-only views that stay valid as long as the
/// batch's buffer does.
///
/// @param timestamp milliseconds since the epoch; the batch's append time when the batch carries LogAppendTime
/// @param sequence the producer's sequence number, -1 without a producer id
public record LogRecord(
        long offset,
        long timestamp,
        int sequence,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<RecordHeader> headers) {}
