package barnabas.net.socket;

import barnabas.net.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Cuts a connection's bytes into frames. Owner: the connection's event loop.
///
/// ```
/// | size (4, big-endian) | size bytes of frame | size | ...
/// ```
/// A frame that lies wholly in what was read is handed on in place. Otherwise it gets a buffer of its own, which
/// grows only as its bytes arrive, whatever size was announced; the larger part of a large frame is read straight
/// into it.
final class FrameReader {
    /// From so many missing bytes on, a frame's own buffer is read into directly; below, one read that also takes
    /// what follows and a copy are cheaper.
    private static final int DIRECT_READ_MIN_BYTES = 64 << 10;

    private static final int OWN_BUFFER_MIN_BYTES = 1 << 10;

    /// Read size while this connection may not handle requests.
    private static final int BLOCKED_READ_BYTES = 1 << 10;

    /// Read size while request memory is short: all of it may have to be held.
    private static final int SHORT_READ_BYTES = 16 << 10;

    private static final int SIZE_BYTES = 4;

    private final SocketConnection connection;
    private final RequestMemory memory;
    private ReadBuffer shared;
    private final ByteBufAllocator allocator;
    private int frameBytesMax;

    private int sizeBytesMissing = SIZE_BYTES;
    private int frameBytes;

    /// The incomplete frame, or a complete one that can not be handled yet.
    private @Nullable ByteBuf own;

    private int ownBytesBeforeRead;

    /// Bytes after the last handled frame, while frames can not be handled.
    private @Nullable ByteBuf backlog;

    FrameReader(
            SocketConnection connection,
            RequestMemory memory,
            ReadBuffer shared,
            ByteBufAllocator allocator,
            int frameBytesMax) {
        this.connection = connection;
        this.memory = memory;
        this.shared = shared;
        this.allocator = allocator;
        this.frameBytesMax = frameBytesMax;
    }

    /// Refuses later frames that announce more.
    void limit(int bytesMax) {
        frameBytesMax = bytesMax;
    }

    /// Reads into the buffer of another loop. Nothing refers to the one before: what waits has memory of its own.
    void readInto(ReadBuffer other) {
        shared = other;
    }

    /// Buffer for the next read.
    ByteBuf readTarget() {
        ownBytesBeforeRead = own == null ? 0 : own.readableBytes();
        if (!connection.mayHandle()) return shared.take(BLOCKED_READ_BYTES);
        ByteBuf frame = own;
        if (frame != null && frameBytes - frame.readableBytes() >= DIRECT_READ_MIN_BYTES) {
            if (!frame.isWritable() && memory.mayGrowAhead(connection)) frame = grow(frame, 1);
            if (frame.isWritable()) return frame.retain();
        }
        return shared.take(memory.isExceeded() ? SHORT_READ_BYTES : shared.capacity());
    }

    /// The usual size of a read.
    int guess() {
        return shared.capacity();
    }

    /// Number of new bytes among those that were read.
    int arrivedBytes(ByteBuf in) {
        return isOwn(in) ? in.readableBytes() - ownBytesBeforeRead : in.readableBytes();
    }

    @SuppressWarnings("ReferenceEquality") // equal buffers have equal content; this asks for the same memory
    private boolean isOwn(ByteBuf in) {
        return in == own;
    }

    /// Takes what was read, and releases it.
    void read(ByteBuf in) {
        try {
            if (own != null && isOwn(in)) handleOwnIfComplete(own);
            else if (backlog != null) backlog = append(backlog, in);
            else if (!parse(in)) backlog = append(null, in);
        } finally {
            in.release();
        }
    }

    /// Goes on with what could not be handled before.
    void resume() {
        ByteBuf held = backlog;
        if (held == null) {
            if (own != null) handleOwnIfComplete(own);
            return;
        }
        if (!parse(held) && !connection.isEnding()) return;
        backlog = null;
        memory.release(held.capacity());
        held.release();
    }

    /// True when bytes are held that may contain a whole frame.
    boolean hasBacklog() {
        return backlog != null || (own != null && own.readableBytes() == frameBytes);
    }

    /// True when nothing of a frame has arrived yet that was not handled.
    boolean isBetweenFrames() {
        return sizeBytesMissing == SIZE_BYTES && own == null && backlog == null;
    }

    boolean holdsIncompleteFrame() {
        return own != null && own.readableBytes() < frameBytes;
    }

    void close() {
        if (own != null) {
            memory.release(own.capacity());
            own.release();
            own = null;
        }
        if (backlog != null) {
            memory.release(backlog.capacity());
            backlog.release();
            backlog = null;
        }
        memory.finished(connection);
    }

    /// Returns false when bytes are left that can not be handled now, or ever.
    private boolean parse(ByteBuf in) {
        while (!connection.isEnding()) {
            ByteBuf frame = own;
            if (frame != null && !handleOwnIfComplete(frame)) {
                if (frame.readableBytes() == frameBytes) return !in.isReadable();
                if (!in.isReadable()) return true;
                int taken = Math.min(frameBytes - frame.readableBytes(), in.readableBytes());
                if (frame.writableBytes() < taken) frame = grow(frame, taken);
                frame.writeBytes(in, taken);
                continue;
            }
            if (!in.isReadable()) return true;
            if (sizeBytesMissing > 0) {
                if (!readSize(in)) return !connection.isEnding();
            } else if (in.readableBytes() >= frameBytes) {
                if (!connection.mayHandleNext()) return false;
                ByteBuffer view = shared.view(in, in.readerIndex(), frameBytes);
                in.skipBytes(frameBytes);
                sizeBytesMissing = SIZE_BYTES;
                connection.handle(view, null);
            } else {
                startOwn(in.readableBytes());
            }
        }
        return false;
    }

    /// Returns true when the size is known and acceptable.
    private boolean readSize(ByteBuf in) {
        if (sizeBytesMissing == SIZE_BYTES && in.readableBytes() >= SIZE_BYTES) {
            frameBytes = in.readInt();
            sizeBytesMissing = 0;
        } else {
            while (sizeBytesMissing > 0 && in.isReadable()) {
                frameBytes = frameBytes << 8 | in.readUnsignedByte();
                sizeBytesMissing--;
            }
            if (sizeBytesMissing > 0) return false;
        }
        if (frameBytes > 0 && frameBytes <= frameBytesMax) return true;
        connection.refuse(refusal(frameBytes), "frame of " + frameBytes + " bytes");
        return false;
    }

    /// Most likely reason for an impossible size.
    private static CloseReason refusal(int size) {
        if (size <= 0) return CloseReason.FRAME_SIZE_INVALID;
        // A TLS record: type 22 (handshake), version 3.0 to 3.4.
        if (size >>> 16 == 0x1603 && (size >>> 8 & 0xFF) <= 4) return CloseReason.TLS_ON_PLAIN_PORT;
        return switch (size) {
            case 0x47455420, // "GET "
                    0x48454144, // "HEAD"
                    0x504F5354, // "POST"
                    0x50555420, // "PUT "
                    0x4F505449, // "OPTI"
                    0x44454C45, // "DELE"
                    0x434F4E4E, // "CONN"
                    0x50524920 -> // "PRI ", HTTP/2
                CloseReason.HTTP_ON_PLAIN_PORT;
            default -> CloseReason.FRAME_TOO_LARGE;
        };
    }

    private boolean handleOwnIfComplete(ByteBuf frame) {
        if (frame.readableBytes() < frameBytes || !connection.mayHandle()) return false;
        own = null;
        sizeBytesMissing = SIZE_BYTES;
        try {
            connection.handle(frame.nioBuffer(0, frameBytes), frame);
        } finally {
            memory.release(frame.capacity());
            frame.release();
            memory.finished(connection);
        }
        return true;
    }

    /// While memory is short a frame gets no more than what has arrived of it: its connection is not read on. When
    /// too many connections have begun one, the next is closed.
    private void startOwn(int arrived) {
        if (memory.isFull()) {
            connection.refuse(CloseReason.TOO_MANY_WAITING_REQUESTS, "first part of " + frameBytes + " bytes");
            return;
        }
        long wanted = memory.isExceeded() ? arrived : 4L * arrived;
        int capacity = (int) Math.min(frameBytes, Math.max(OWN_BUFFER_MIN_BYTES, wanted));
        own = allocator.directBuffer(capacity, capacity);
        memory.charge(capacity);
    }

    /// Room for at least `more` bytes: four times what has arrived, at most the frame. While memory is short only the
    /// favourite gets more than it needs now.
    private ByteBuf grow(ByteBuf frame, int more) {
        long needed = frame.readableBytes() + (long) more;
        long wanted = memory.mayGrowAhead(connection) ? Math.max(4L * frame.readableBytes(), needed) : needed;
        int capacity = (int) Math.min(frameBytes, wanted);
        ByteBuf larger = allocator.directBuffer(capacity, capacity);
        larger.writeBytes(frame, 0, frame.readableBytes());
        memory.charge(capacity - frame.capacity());
        frame.release();
        own = larger;
        return larger;
    }

    /// `held` with the unread bytes of `in` behind its own; null when there are none. It grows in large steps: a client
    /// that leaves is read to its end in small pieces.
    private @Nullable ByteBuf append(@Nullable ByteBuf held, ByteBuf in) {
        if (connection.isEnding() || !in.isReadable()) return held;
        if (memory.isFull()) {
            connection.refuse(CloseReason.TOO_MANY_WAITING_REQUESTS, in.readableBytes() + " bytes behind others");
            return held;
        }
        if (held != null && held.writableBytes() >= in.readableBytes()) return held.writeBytes(in);
        int before = held == null ? 0 : held.readableBytes();
        int capacity = before + Math.max(before, in.readableBytes());
        ByteBuf joined = allocator.directBuffer(capacity, capacity);
        memory.charge(capacity);
        if (held != null) {
            joined.writeBytes(held);
            memory.release(held.capacity());
            held.release();
        }
        return joined.writeBytes(in);
    }
}
