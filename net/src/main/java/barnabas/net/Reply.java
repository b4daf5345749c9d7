package barnabas.net;

import java.util.List;

/// A reply frame: the bytes of one buffer, with slices of files or of memory inserted between them. The 4-byte size
/// (of everything together) is prefixed when it is sent.
///
/// ```
/// buffer    | header, topic, partition 0 ..  | partition 1 ..        | ..end |
///                                            ^ splice at 57          ^ splice at 91
/// sent      | size | 57 bytes | records of 0 | 34 bytes | records of 1 | rest |
/// ```
///
/// @param buffer handed over with the reply
/// @param splices in ascending order of [Splice#at]; several at the same place keep their order
public record Reply(ReplyBuffer buffer, List<Splice> splices) implements Outcome {
    /// Content that goes between two bytes of the buffer.
    ///
    /// @param at how many bytes of the buffer come before the slice, 0 to the buffer's size
    public record Splice(int at, ReplySlice slice) {}

    public Reply {
        splices = List.copyOf(splices);
        int earliest = 0;
        for (Splice splice : splices) {
            if (splice.at < earliest || splice.at > buffer.sizeBytes())
                throw new IllegalArgumentException(
                        "splice at " + splice.at + " not in " + earliest + ".." + buffer.sizeBytes());
            earliest = splice.at;
        }
    }

    public Reply(ReplyBuffer buffer) {
        this(buffer, List.of());
    }

    /// Bytes after the size prefix.
    public long sizeBytes() {
        long size = buffer.sizeBytes();
        for (Splice splice : splices) size += splice.slice.sizeBytes();
        return size;
    }

    /// Gives back everything in it, unsent.
    @Override
    public void discard() {
        buffer.discard();
        for (Splice splice : splices) splice.slice.release();
    }
}
