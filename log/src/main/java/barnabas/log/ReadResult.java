package barnabas.log;

import java.io.IOException;

/// Result of a read.
public sealed interface ReadResult permits LogSlice, ReadResult.OutOfRange, ReadResult.StorageFailed {
    /// OFFSET_OUT_OF_RANGE.
    record OutOfRange(long logStartOffset, long logEndOffset) implements ReadResult {}

    /// KAFKA_STORAGE_ERROR.
    record StorageFailed(IOException cause) implements ReadResult {}
}
