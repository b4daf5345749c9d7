package barnabas.net.socket;

import barnabas.base.Check;
import barnabas.net.ReplyBuffer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// A reply buffer with room for the size prefix in front. Counted against its connection's queued reply bytes from
/// allocation until it is taken for sending or discarded.
///
/// ```
/// | size (4) | bytes ... |
/// ```
final class PooledReplyBuffer implements ReplyBuffer {
    static final int PREFIX_BYTES = 4;

    private final ReplyOrder order;
    private final ByteBuf memory;
    private final ByteBuffer bytes;
    private boolean gone;

    PooledReplyBuffer(ReplyOrder order, ByteBuf memory, int sizeBytes) {
        this.order = order;
        this.memory = memory;
        this.bytes = memory.nioBuffer(PREFIX_BYTES, sizeBytes);
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public int sizeBytes() {
        return bytes.capacity();
    }

    @Override
    public void discard() {
        memory(order).release();
        order.discarded();
    }

    /// The memory, from now on the caller's to release.
    ByteBuf memory(ReplyOrder sender) {
        Check.that(sender == order, "reply buffer sent on another connection than its own");
        Check.that(!gone, "reply buffer used twice");
        gone = true;
        order.unqueued(sizeBytes());
        return memory;
    }
}
