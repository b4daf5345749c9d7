package barnabas.net.socket;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A blocking client that sends any bytes and receives size-prefixed frames.
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawClient(InetSocketAddress server) throws IOException {
        this(server, 0, null);
    }

    /// @param receiveBufferBytes small for a client whose replies shall pile up in the server; 0 for the default
    /// @param tls null for plain text
    RawClient(InetSocketAddress server, int receiveBufferBytes, @Nullable TlsPair tls) throws IOException {
        var plain = new Socket();
        if (receiveBufferBytes > 0) plain.setReceiveBufferSize(receiveBufferBytes);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) Await.DEADLINE_MILLIS);
        plain.connect(server, (int) Await.DEADLINE_MILLIS);
        socket = tls == null
                ? plain
                : tls.client().clientSocket(plain, server.getAddress().getHostAddress(), server.getPort());
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    static byte[] framed(byte[]... frames) {
        int size = 0;
        for (byte[] frame : frames) size += 4 + frame.length;
        ByteBuffer joined = ByteBuffer.allocate(size);
        for (byte[] frame : frames) joined.putInt(frame.length).put(frame);
        return joined.array();
    }

    RawClient send(byte[]... frames) throws IOException {
        return sendRaw(framed(frames));
    }

    RawClient sendRaw(byte... bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    byte[] receive() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    /// Reads to the end of the stream.
    ///
    /// @return bytes read before the server closed
    int receiveUntilClosed() throws IOException {
        int total = 0;
        byte[] piece = new byte[1 << 16];
        try {
            while (true) {
                int read = in.read(piece);
                if (read < 0) return total;
                total += read;
            }
        } catch (SocketException | EOFException e) {
            return total;
        }
    }

    /// Sends no more.
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Closes with a reset instead of an orderly end.
    void reset() throws IOException {
        if (socket.isClosed()) return;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
