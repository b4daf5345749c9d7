package barnabas.net.peer;

import barnabas.protocol.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a connection's bytes into answers. Owner: the peer's event loop.
///
/// ```
/// | size (4, big-endian) | size bytes of answer | size | ...
/// ```
/// An answer lies in an array of its own, which grows as its bytes arrive, whatever size was declared: the receiver
/// may keep it.
final class AnswerReader {
    private static final int FIRST_BYTES_MAX = 64 << 10;
    private static final int SIZE_BYTES = 4;

    private final int answerBytesMax;
    private int sizeBytesMissing = SIZE_BYTES;
    private int size;
    private byte @Nullable [] answer;
    private int arrived;

    AnswerReader(int answerBytesMax) {
        this.answerBytesMax = answerBytesMax;
    }

    /// The next whole answer, null when `in` ends before.
    ///
    /// @throws MalformedMessageException for a size that no answer may have
    @Nullable
    ByteBuffer next(ByteBuf in) {
        while (sizeBytesMissing > 0) {
            if (!in.isReadable()) return null;
            size = size << 8 | in.readUnsignedByte();
            sizeBytesMissing--;
            if (sizeBytesMissing == 0 && (size < SIZE_BYTES || size > answerBytesMax))
                throw new MalformedMessageException(
                        "an answer of " + size + " bytes, allowed are 4 to " + answerBytesMax);
        }
        int taken = Math.min(size - arrived, in.readableBytes());
        byte[] room = roomFor(taken);
        in.readBytes(room, arrived, taken);
        arrived += taken;
        if (arrived < size) return null;
        sizeBytesMissing = SIZE_BYTES;
        arrived = 0;
        answer = null;
        return ByteBuffer.wrap(room, 0, size);
    }

    private byte[] roomFor(int more) {
        byte[] room = answer;
        if (room == null) {
            room = new byte[Math.min(size, Math.max(more, FIRST_BYTES_MAX))];
        } else if (room.length < arrived + more) {
            room = Arrays.copyOf(room, (int) Math.min(size, Math.max(arrived + (long) more, 4L * room.length)));
        }
        answer = room;
        return room;
    }
}
