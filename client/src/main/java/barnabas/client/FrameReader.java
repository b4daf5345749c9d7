package barnabas.client;

import barnabas.base.Clock;
import barnabas.protocol.MalformedMessageException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads frames from a socket: a length, then as many bytes. Memory grows with the bytes that came, not with the
/// length that was announced. Owned by the thread whose turn it is to read.
final class FrameReader {
    private static final int FIRST_BYTES = 1 << 20;
    /// Small answers, several of them at best, come with one system call.
    private static final int BUFFER_BYTES = 8 << 10;
    /// The shortest answer is a correlation id.
    private static final int FRAME_BYTES_MIN = 4;

    private final Socket socket;
    private final InputStream input;
    private final int frameBytesMax;
    private final Clock clock;
    private final byte[] size = new byte[4];

    FrameReader(Socket socket, int frameBytesMax, Clock clock) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.frameBytesMax = frameBytesMax;
        this.clock = clock;
    }

    /// The next frame without its length.
    ///
    /// @throws MalformedMessageException when the length is none that a frame can have
    /// @throws SocketTimeoutException when the frame is not whole at the deadline
    ByteBuffer next(long deadlineNanos) throws IOException {
        fill(size, 0, 4, deadlineNanos);
        int bytes = ByteBuffer.wrap(size).getInt();
        if (bytes < FRAME_BYTES_MIN || bytes > frameBytesMax) {
            throw new MalformedMessageException(
                    "a frame of " + bytes + " bytes is not between " + FRAME_BYTES_MIN + " and " + frameBytesMax);
        }
        byte[] frame = new byte[Math.min(bytes, FIRST_BYTES)];
        fill(frame, 0, frame.length, deadlineNanos);
        while (frame.length < bytes) {
            int have = frame.length;
            frame = Arrays.copyOf(frame, (int) Math.min(bytes, have * 4L));
            fill(frame, have, frame.length, deadlineNanos);
        }
        return ByteBuffer.wrap(frame);
    }

    private void fill(byte[] target, int from, int to, long deadlineNanos) throws IOException {
        int position = from;
        while (position < to) {
            long leftMillis = (deadlineNanos - clock.nanos()) / 1_000_000;
            if (leftMillis <= 0) throw new SocketTimeoutException("the deadline has passed");
            socket.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
            int read = input.read(target, position, to - position);
            if (read < 0) throw new EOFException("the broker closed it");
            position += read;
        }
    }
}
