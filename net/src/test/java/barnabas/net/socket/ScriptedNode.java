package barnabas.net.socket;

import barnabas.base.Joining;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ApiVersionsResponse;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A node on a socket that answers requests as a script says, also wrongly.
final class ScriptedNode implements AutoCloseable {
    /// A request with its header taken apart.
    record Received(ApiKey key, short version, int correlationId, String clientId, ByteBuffer body) {
        /// The frame of an answer, with its size in front.
        byte[] answer(ResponseMessage response, short inVersion) {
            int headerVersion = key.responseHeaderVersion(inVersion);
            int size = 4 + headerVersion + response.sizeBytes(inVersion);
            ByteBuffer frame = ByteBuffer.allocate(4 + size).putInt(size).putInt(correlationId);
            if (headerVersion > 0) frame.put((byte) 0);
            response.write(new BufferWriter(frame), inVersion);
            return frame.array();
        }

        byte[] answer(ResponseMessage response) {
            return answer(response, version);
        }
    }

    /// One connection as the script sees it.
    record Talk(Socket socket, DataInputStream in) {
        /// The next request.
        Received next() throws IOException {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            ApiKey key = ApiKey.of(bytes.getShort());
            if (key == null) throw new IOException("unknown API");
            short version = bytes.getShort();
            int correlationId = bytes.getInt();
            byte[] clientId = new byte[bytes.getShort()];
            bytes.get(clientId);
            if (key.requestHeaderVersion(version) > 1) bytes.get();
            return new Received(key, version, correlationId, new String(clientId), bytes.slice());
        }

        void send(byte... bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /// Agrees on all versions that this side knows.
        Talk negotiate() throws IOException {
            Received request = next();
            send(request.answer(versions(ApiKey.values())));
            return this;
        }

        void awaitClosed() throws IOException {
            while (in.read() >= 0) {}
        }
    }

    interface Script {
        void run(Talk talk, int connection) throws IOException;
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Thread accepting;
    final AtomicInteger accepted = new AtomicInteger();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /// @param script runs for each connection, which is closed at its end
    ScriptedNode(Script script) throws IOException {
        accepting = Thread.ofVirtual().start(() -> accept(script));
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket socket = listening.accept();
                sockets.add(socket);
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(script, socket, number));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Script script, Socket socket, int number) {
        try (socket) {
            script.run(new Talk(socket, new DataInputStream(socket.getInputStream())), number);
        } catch (IOException e) {
            // the other side closed first: most scripts end like that
        } catch (Throwable failure) {
            failures.add(failure);
        }
    }

    static ApiVersionsResponse versions(ApiKey... keys) {
        var ranges = new ArrayList<ApiVersionsResponse.ApiVersion>();
        for (ApiKey key : keys) ranges.add(range(key, key.lowestVersion(), key.highestVersion()));
        return ApiVersionsResponse.builder().apiKeys(ranges).build();
    }

    static ApiVersionsResponse.ApiVersion range(ApiKey key, int from, int to) {
        return ApiVersionsResponse.ApiVersion.builder()
                .apiKey(key.id())
                .minVersion((short) from)
                .maxVersion((short) to)
                .build();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) socket.close();
        Joining.join(accepting);
        if (!failures.isEmpty()) throw new AssertionError("a script failed", failures.getFirst());
    }
}
