package barnabas.sql.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/// The body of a response. A short body that is not flushed leaves with its headers in one write.
///
/// Owner: the thread that answers.
final class ResponseStream extends OutputStream {
    private static final int BYTES_MIN = 1 << 10;
    private static final int BYTES_MAX = 32 << 10;

    private final Response response;
    private byte[] bytes = new byte[BYTES_MIN];
    private int count;
    private boolean closed;

    ResponseStream(Response response) {
        this.response = response;
    }

    @Override
    public void write(int next) throws IOException {
        makeRoom();
        bytes[count++] = (byte) next;
    }

    @Override
    public void write(byte[] from, int start, int length) throws IOException {
        int end = start + length;
        for (int at = start; at < end; ) {
            makeRoom();
            int taken = Math.min(end - at, bytes.length - count);
            System.arraycopy(from, at, bytes, count, taken);
            count += taken;
            at += taken;
        }
    }

    private void makeRoom() throws IOException {
        if (count < bytes.length) return;
        if (bytes.length < BYTES_MAX) bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        else send(false);
    }

    @Override
    public void flush() throws IOException {
        if (count > 0 && !closed) send(false);
    }

    @Override
    public void close() throws IOException {
        if (closed) return;
        closed = true;
        send(true);
    }

    private void send(boolean last) throws IOException {
        int sent = count;
        count = 0;
        Content.Sink.write(response, last, ByteBuffer.wrap(bytes, 0, sent));
    }
}
