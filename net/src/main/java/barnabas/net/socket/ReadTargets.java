package barnabas.net.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/// Supplies the transport with the buffers to read a connection's bytes into.
final class ReadTargets extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Reads of one connection before the others of its loop get their turn.
    private static final int READS_IN_A_ROW_MAX = 4;

    private final FrameReader reader;

    ReadTargets(FrameReader reader) {
        super(READS_IN_A_ROW_MAX);
        this.reader = reader;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty deprecates the type, not the method that has to return it
    public RecvByteBufAllocator.Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return reader.readTarget();
            }

            @Override
            public int guess() {
                return reader.guess();
            }
        };
    }
}
