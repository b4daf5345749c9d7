package barnabas.net.socket;

import barnabas.net.ReplySlice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replies on their way into the TLS engine, in order. Files are read piece by piece, as the client takes what was
/// encrypted before, so that a slow client keeps no more than [#PENDING_BYTES_MAX] of them in memory. Owner: the
/// connection's event loop.
final class EncryptedReplies {
    private static final Logger LOG = LoggerFactory.getLogger(EncryptedReplies.class);

    /// Four TLS records.
    private static final int PIECE_BYTES = 64 << 10;

    /// Encrypted bytes that wait for the client.
    private static final int PENDING_BYTES_MAX = 256 << 10;

    /// Bytes for one connection before the others of its loop get their turn.
    private static final int TURN_BYTES = 1 << 20;

    private sealed interface Part {
        /// Bytes of it that count as waiting.
        long bytes();

        record Bytes(ByteBuf content, long bytes) implements Part {}

        record Slice(ReplySlice slice, Consumer<ReplySlice.FileSlice> cutShort) implements Part {
            @Override
            public long bytes() {
                return slice.sizeBytes();
            }
        }

        record Mark(ChannelFutureListener action) implements Part {
            @Override
            public long bytes() {
                return 0;
            }
        }
    }

    private final Channel channel;
    private final int unsentBytesMax;
    private final Runnable madeRoom;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    /// Bytes of the first part that were sent.
    private int begun;
    /// Written on the loop, read by all.
    private volatile long waitingBytes;

    private boolean sending;
    private boolean sendAgain;
    private boolean closed;

    /// @param unsentBytesMax that the client may leave unread before none of its requests is handled
    /// @param madeRoom runs when requests may be handled again
    EncryptedReplies(Channel channel, int unsentBytesMax, Runnable madeRoom) {
        this.channel = channel;
        this.unsentBytesMax = unsentBytesMax;
        this.madeRoom = madeRoom;
        int pendingMax = Math.min(unsentBytesMax, PENDING_BYTES_MAX);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(pendingMax / 2, pendingMax));
    }

    /// Whether the client has taken enough that more of its requests may be handled. From any thread.
    boolean hasRoomBehind() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null || waitingBytes + outbound.totalPendingWriteBytes() <= unsentBytesMax;
    }

    void add(ByteBuf bytes) {
        add(new Part.Bytes(bytes, bytes.readableBytes()));
    }

    /// @param cutShort runs when the file ends before its slice
    void add(ReplySlice slice, Consumer<ReplySlice.FileSlice> cutShort) {
        add(new Part.Slice(slice, cutShort));
    }

    /// Runs `action` behind everything that was added before.
    void addLast(ChannelFutureListener action) {
        add(new Part.Mark(action));
        send();
    }

    private void add(Part part) {
        if (closed) {
            discard(part);
            return;
        }
        parts.add(part);
        count(part.bytes());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void count(long difference) {
        waitingBytes += difference;
    }

    /// Bytes that are not in the engine yet. From any thread.
    long waitingBytes() {
        return waitingBytes;
    }

    /// Encrypts and sends what there is room for. What it sends may make room and call it again: a loop, not a
    /// recursion.
    void send() {
        if (sending) {
            sendAgain = true;
            return;
        }
        sending = true;
        boolean full = !hasRoomBehind();
        int sent = 0;
        try {
            do {
                sendAgain = false;
                while (!parts.isEmpty() && channel.isWritable()) sent += sendOne();
                channel.flush();
            } while (sendAgain && !parts.isEmpty() && channel.isWritable() && sent < TURN_BYTES);
        } finally {
            sending = false;
        }
        if (!parts.isEmpty() && channel.isWritable()) sendLater();
        if (full && hasRoomBehind()) madeRoom.run();
    }

    private void sendLater() {
        try {
            channel.eventLoop().execute(() -> {
                if (channel.eventLoop().inEventLoop()) send();
                else sendLater(); // the connection has moved to another loop
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("server has closed; a reply is not sent to its end");
        }
    }

    private int sendOne() {
        Part part = parts.element();
        return switch (part) {
            case Part.Bytes(ByteBuf content, long bytes) -> {
                parts.remove();
                count(-bytes);
                var _ = channel.write(content, channel.voidPromise());
                yield (int) bytes;
            }
            case Part.Mark(ChannelFutureListener action) -> {
                parts.remove();
                var _ = channel.write(Unpooled.EMPTY_BUFFER).addListener(action);
                yield 0;
            }
            case Part.Slice slice -> sendPiece(slice);
        };
    }

    private int sendPiece(Part.Slice part) {
        ReplySlice slice = part.slice;
        int length = Math.min(PIECE_BYTES, slice.sizeBytes() - begun);
        ByteBuf piece = channel.alloc().directBuffer(length, length);
        if (!fill(piece, slice, length)) {
            piece.release();
            if (slice instanceof ReplySlice.FileSlice file) part.cutShort.accept(file);
            close();
            return 0;
        }
        begun += length;
        count(-length);
        if (begun == slice.sizeBytes()) {
            parts.remove();
            begun = 0;
            slice.release();
        }
        var _ = channel.write(piece, channel.voidPromise());
        return length;
    }

    private boolean fill(ByteBuf piece, ReplySlice slice, int length) {
        switch (slice) {
            case ReplySlice.MemorySlice part ->
                piece.writeBytes(part.bytes().slice(part.bytes().position() + begun, length));
            case ReplySlice.FileSlice part -> {
                try {
                    int read = part.file().read(piece.nioBuffer(0, length), part.position() + begun);
                    if (read < length) return false;
                } catch (IOException e) {
                    LOG.error("A reply can not be read from its file", e);
                    return false;
                }
                piece.writerIndex(length);
            }
        }
        return true;
    }

    /// Gives everything back that is not sent. The connection is closed or about to be.
    void close() {
        closed = true;
        for (@Nullable Part part; (part = parts.poll()) != null; ) discard(part);
        begun = 0;
        waitingBytes = 0;
    }

    private void discard(Part part) {
        switch (part) {
            case Part.Bytes(ByteBuf content, long _) -> content.release();
            case Part.Slice(ReplySlice slice, Consumer<ReplySlice.FileSlice> _) -> slice.release();
            // Behind what was sent: it runs with the end of the connection.
            case Part.Mark(ChannelFutureListener action) -> {
                var _ = channel.write(Unpooled.EMPTY_BUFFER).addListener(action);
            }
        }
    }
}
