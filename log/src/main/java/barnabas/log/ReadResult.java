package barnabas.log;

import java.io.IOException;

/// Result of a read.
public sealed interface ReadResult
        permits LogSlice, ReadResult.OutOfRange, ReadResult.Damaged, ReadResult.StorageFailed {
    /// OFFSET_OUT_OF_RANGE.
    record OutOfRange(long logStartOffset, long logEndOffset) implements ReadResult {}

    /// CORRUPT_MESSAGE: the disk works, and there is no batch where one has to be.
    record Damaged(IOException cause) implements ReadResult {}

    /// KAFKA_STORAGE_ERROR.
    record StorageFailed(IOException cause) implements ReadResult {}
}
