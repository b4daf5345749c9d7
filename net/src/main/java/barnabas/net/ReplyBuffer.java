package barnabas.net;

import java.nio.ByteBuffer;

/// Outgoing bytes, allocated by [ReplySlot#allocate] in the size that is needed. Sent by handing it over in a
/// [Reply]; otherwise it has to be discarded.
public interface ReplyBuffer {
    /// The bytes to fill: from position 0 to the allocated size, big-endian. What counts is the content at the time
    /// of sending; the position does not matter.
    ByteBuffer bytes();

    int sizeBytes();

    /// Gives the memory back unsent.
    void discard();
}
