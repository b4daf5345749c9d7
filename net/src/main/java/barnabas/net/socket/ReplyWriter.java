package barnabas.net.socket;

import static barnabas.net.socket.PooledReplyBuffer.PREFIX_BYTES;

import barnabas.net.CloseReason;
import barnabas.net.Reply;
import barnabas.net.ReplySlice;
import barnabas.net.sendfile.SliceRegion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns replies into what the channel sends. Owner: the connection's event loop.
final class ReplyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

    /// Slices up to this size are copied into one piece with the bytes around them: fewer system calls.
    /// Measured with one slice per reply, CPU time when copied against sendfile: 1 KB 17 and 30 us,
    /// 64 KB 16 and 22, 128 KB 22 and 28, 256 KB 35 and 40, 1 MB 140 and 127.
    private static final int COPIED_SLICE_BYTES_MAX = 128 << 10;

    /// Most bytes copied for one reply; the rest stays in its files until the client takes it.
    private static final int COPIED_BYTES_MAX = 1 << 20;

    private final SocketConnection connection;
    private final Channel channel;
    private final ReplyOrder order;
    private final Counters counters;
    private final @Nullable EncryptedReplies encrypted;
    private boolean unflushed;

    /// @param encrypted takes everything on a connection with TLS; null on a plain one
    ReplyWriter(
            SocketConnection connection,
            Channel channel,
            ReplyOrder order,
            Counters counters,
            @Nullable EncryptedReplies encrypted) {
        this.connection = connection;
        this.channel = channel;
        this.order = order;
        this.counters = counters;
        this.encrypted = encrypted;
    }

    void write(Reply reply) {
        long size = reply.sizeBytes();
        if (size > Integer.MAX_VALUE || !(reply.buffer() instanceof PooledReplyBuffer buffer)) {
            reply.discard();
            connection.logFailure(new IllegalStateException("bug: reply of " + size + " bytes in " + reply.buffer()));
            connection.close(CloseReason.REPLY_FAILED, "reply of " + size + " bytes");
            return;
        }
        counters.bytesOut.add(size + PREFIX_BYTES);
        unflushed = true;
        ByteBuf memory = buffer.memory(order);
        memory.setInt(0, (int) size);
        memory.setIndex(0, memory.capacity());
        if (reply.splices().isEmpty()) write(memory);
        else writeSpliced(reply.splices(), memory);
    }

    /// Sends runs of the buffer's bytes and of small slices copied between them, and each large slice by itself.
    private void writeSpliced(List<Reply.Splice> splices, ByteBuf memory) {
        int copiedBytesLeft = COPIED_BYTES_MAX;
        int next = 0;
        try {
            while (next < splices.size() || memory.isReadable()) {
                int runEnd = next;
                int copiedBytes = 0;
                while (runEnd < splices.size() && splices.get(runEnd).slice().sizeBytes() <= COPIED_SLICE_BYTES_MAX) {
                    int sizeBytes = splices.get(runEnd).slice().sizeBytes();
                    if (sizeBytes > copiedBytesLeft) break;
                    copiedBytesLeft -= sizeBytes;
                    copiedBytes += sizeBytes;
                    runEnd++;
                }
                int end = runEnd < splices.size() ? splices.get(runEnd).at() : memory.capacity() - PREFIX_BYTES;
                int ownBytes = PREFIX_BYTES + end - memory.readerIndex();
                if (copiedBytes == 0 && ownBytes > 0) write(memory.readRetainedSlice(ownBytes));
                else if (copiedBytes > 0) write(run(splices.subList(next, runEnd), memory, ownBytes, copiedBytes));
                for (; next < runEnd; next++) splices.get(next).slice().release();
                if (next < splices.size()) write(splices.get(next++).slice());
            }
        } catch (IOException e) {
            LOG.error("Reply to {} on {} can not be read", connection.remoteAddress(), connection.listenerName(), e);
            connection.close(CloseReason.REPLY_FAILED, e.toString());
            for (; next < splices.size(); next++) splices.get(next).slice().release();
        } finally {
            memory.release();
        }
    }

    /// The next `ownBytes` of the buffer and these slices in one piece.
    private ByteBuf run(List<Reply.Splice> splices, ByteBuf memory, int ownBytes, int copiedBytes) throws IOException {
        int ownEnd = memory.readerIndex() + ownBytes;
        ByteBuf run = channel.alloc().directBuffer(ownBytes + copiedBytes, ownBytes + copiedBytes);
        try {
            for (Reply.Splice splice : splices) {
                run.writeBytes(memory, PREFIX_BYTES + splice.at() - memory.readerIndex());
                copy(splice.slice(), run);
            }
            return run.writeBytes(memory, ownEnd - memory.readerIndex()).retain();
        } finally {
            run.release();
        }
    }

    private static void copy(ReplySlice slice, ByteBuf target) throws IOException {
        switch (slice) {
            case ReplySlice.MemorySlice part -> target.writeBytes(part.bytes().duplicate());
            case ReplySlice.FileSlice part -> {
                int length = part.sizeBytes();
                int read = part.file().read(target.nioBuffer(target.writerIndex(), length), part.position());
                if (read < length) throw new EOFException("file ends before " + (part.position() + length));
                target.writerIndex(target.writerIndex() + length);
            }
        }
    }

    private void write(ByteBuf bytes) {
        if (encrypted != null) {
            encrypted.add(bytes);
            return;
        }
        var _ = channel.write(bytes, channel.voidPromise());
    }

    private void write(ReplySlice slice) {
        if (encrypted != null) {
            encrypted.add(slice, this::cutShort);
            return;
        }
        switch (slice) {
            case ReplySlice.MemorySlice part -> {
                var _ = channel.write(Unpooled.wrappedBuffer(part.bytes())).addListener(_ -> part.release());
            }
            case ReplySlice.FileSlice part -> {
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
        if (encrypted != null) encrypted.send();
        else channel.flush();
    }

    /// Whether the client has taken enough that more of its requests may be handled. From any thread. The channel below
    /// a TLS engine takes little at a time: its being full says nothing about the client.
    boolean hasRoom() {
        return encrypted == null ? channel.isWritable() : encrypted.hasRoomBehind();
    }

    /// The channel takes more.
    void roomChanged() {
        if (encrypted != null) encrypted.send();
    }

    /// Runs `action` when everything written so far is sent, or is never sent.
    void afterAll(ChannelFutureListener action) {
        if (encrypted != null) encrypted.addLast(action);
        else {
            var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(action);
        }
    }

    /// The connection has closed.
    void close() {
        if (encrypted != null) encrypted.close();
    }

    /// Bytes that the client has not taken; falls with every byte it takes. On the event loop.
    long untakenBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : waiting() + outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }

    /// Bytes of replies that are not wholly sent. From any thread.
    long unsentBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : waiting() + outbound.totalPendingWriteBytes();
    }

    private long waiting() {
        return encrypted == null ? 0 : encrypted.waitingBytes();
    }
}
