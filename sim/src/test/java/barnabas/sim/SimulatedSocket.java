package barnabas.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// A socket of a node's own client ([barnabas.client.Connection]) to a node of another cluster: bytes on this side,
/// frames on the network. Owner: the simulation, on which one thread runs at a time.
final class SimulatedSocket extends Socket {
    private static final int SIZE_BYTES = 4;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
    private ByteBuffer received = ByteBuffer.allocate(0);
    private int timeoutMillis;
    private boolean closed;
    private @Nullable ClientLink link;

    private SimulatedSocket(SimulatedNetwork network, SimulatedProcess process) {
        this.network = network;
        this.process = process;
    }

    /// Sockets of a process to the nodes of another network.
    static SocketFactory factory(SimulatedNetwork network, SimulatedProcess process) {
        return new SocketFactory() {
            @Override
            public Socket createSocket() {
                return new SimulatedSocket(network, process);
            }

            @Override
            public Socket createSocket(String host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress local, int localPort) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public void connect(SocketAddress endpoint, int millisMax) throws IOException {
        int node = ((InetSocketAddress) endpoint).getAddress().getAddress()[3];
        ClientLink made = network.connect(process, node);
        if (made == null) throw new ConnectException("n" + node + " refuses");
        link = made;
    }

    private ClientLink connected() throws SocketException {
        ClientLink present = link;
        if (present == null || closed) throw new SocketException("the socket is not connected");
        return present;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                if (!received.hasRemaining() && !next()) return -1;
                int count = Math.min(most, received.remaining());
                received.get(into, from, count);
                return count;
            }

            @Override
            public int available() {
                return received.remaining();
            }
        };
    }

    /// False at the end of the connection.
    private boolean next() throws IOException {
        ClientLink open = connected();
        byte[] frame = open.receive(process.nanos() + timeoutMillis * 1_000_000L);
        if (frame == null) {
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new SocketException("closed by an interrupt");
            }
            if (closed) throw new SocketException("the socket is closed");
            if (!open.isOpen()) return false;
            throw new SocketTimeoutException("nothing came in " + timeoutMillis + " ms");
        }
        received = ByteBuffer.allocate(SIZE_BYTES + frame.length)
                .putInt(frame.length)
                .put(frame)
                .flip();
        return true;
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                if (!connected().isOpen()) throw new SocketException("the other side has closed it");
                unsent.write(bytes, from, count);
                send();
            }
        };
    }

    private void send() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(unsent.toByteArray());
        while (bytes.remaining() >= SIZE_BYTES && bytes.remaining() >= SIZE_BYTES + bytes.getInt(bytes.position())) {
            byte[] frame = new byte[bytes.getInt()];
            bytes.get(frame);
            connected().send(frame);
        }
        unsent.reset();
        unsent.write(bytes.array(), bytes.position(), bytes.remaining());
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (link == null) return;
        link.close();
        link.broken();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}
}
