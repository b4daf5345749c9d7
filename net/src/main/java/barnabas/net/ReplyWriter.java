package barnabas.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns replies into what the channel sends. Owner: the connection's event loop.
final class ReplyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

    private final SocketConnection connection;
    private final Channel channel;
    private final ReplyOrder order;
    private final Counters counters;
    private boolean unflushed;

    ReplyWriter(SocketConnection connection, Channel channel, ReplyOrder order, Counters counters) {
        this.connection = connection;
        this.channel = channel;
        this.order = order;
        this.counters = counters;
    }

    void write(Reply reply) {
        long size = reply.sizeBytes();
        if (size > Integer.MAX_VALUE || !(reply.buffer() instanceof PooledReplyBuffer buffer)) {
            reply.discard();
            connection.logFailure(new IllegalStateException("bug: reply of " + size + " bytes in " + reply.buffer()));
            connection.close(CloseReason.REPLY_FAILED, "reply of " + size + " bytes");
            return;
        }
        counters.bytesOut.add(size + PooledReplyBuffer.PREFIX_BYTES);
        unflushed = true;
        ByteBuf memory = buffer.memory(order);
        memory.setInt(0, (int) size);
        memory.setIndex(0, memory.capacity());
        for (Reply.Splice splice : reply.splices()) {
            int length = PooledReplyBuffer.PREFIX_BYTES + splice.at() - memory.readerIndex();
            if (length > 0) write(memory.readRetainedSlice(length));
            write(splice.slice());
        }
        if (memory.isReadable()) write(memory);
        else memory.release();
    }

    private void write(ByteBuf bytes) {
        var _ = channel.write(bytes, channel.voidPromise());
    }

    private void write(ReplySlice slice) {
        if (slice.sizeBytes() == 0) {
            slice.release();
            return;
        }
        switch (slice) {
            case ReplySlice.MemorySlice part -> {
                var _ = channel.write(Unpooled.wrappedBuffer(part.bytes())).addListener(_ -> part.release());
            }
            case ReplySlice.FileSlice part -> {
                // An encrypted listener has to send a chunked read of the file here: its bytes must pass the TLS
                // engine.
                SliceRegion region = SliceRegion.of(part);
                var _ = channel.write(region).addListener(sent -> {
                    if (!sent.isSuccess() && region.isCutShort()) cutShort(part);
                });
            }
        }
    }

    private void cutShort(ReplySlice.FileSlice slice) {
        long end = slice.position() + slice.sizeBytes();
        LOG.error(
                "Reply to {} on {} can not be completed: its file ends before {}",
                connection.remoteAddress(),
                connection.listenerName(),
                end);
        connection.close(CloseReason.REPLY_FAILED, "file ends before " + end);
    }

    void flush() {
        if (!unflushed) return;
        unflushed = false;
        channel.flush();
    }

    /// Bytes that the client has not taken; falls with every byte it takes. On the event loop.
    long untakenBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }

    /// Bytes of replies that are not wholly sent. From any thread.
    long unsentBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }
}
