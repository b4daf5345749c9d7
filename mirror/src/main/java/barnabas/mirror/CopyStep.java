package barnabas.mirror;

import java.nio.ByteBuffer;

/// Step of one partition's copy that follows from an answer of the source.
sealed interface CopyStep {
    /// There is nothing to do.
    record Nothing() implements CopyStep {}

    /// @param startAt first offset of the batches when the log, which holds nothing, has to start there first; else -1
    /// @param producerIdMax -1 without producers
    record Append(ByteBuffer batches, long startAt, long producerIdMax) implements CopyStep {}

    /// Truncate to the end of the largest epoch that is not above `epoch`, or to `endOffset` where that is less.
    record Part(int epoch, long endOffset) implements CopyStep {}

    record TruncateTo(long offset) implements CopyStep {}

    /// The log holds nothing yet and starts at `offset`.
    record StartAt(long offset) implements CopyStep {}

    /// The leader epoch of this cluster must be above `epoch` first.
    record RaiseEpoch(int epoch) implements CopyStep {}

    /// The source does not have the offset: its first and last ones decide.
    record AskOffsets() implements CopyStep {}

    /// The partition's leader may be another one: look at the source's metadata.
    record FindLeader(String problem) implements CopyStep {}

    /// Try again later.
    record Wait(String problem) implements CopyStep {}

    /// This partition goes no further; an operator has to decide.
    record Stop(String reason) implements CopyStep {}
}
