package barnabas.client;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.RequestHeader;
import barnabas.protocol.message.ResponseHeader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A broker that answers as a test says, one frame after the other, on a port of its own.
public final class FakeBroker implements AutoCloseable {
    /// A request as it came.
    public record Request(ApiKey api, short version, int correlationId, RequestMessage body) {}

    /// Answer of the broker.
    public sealed interface Reply {
        record Answer(ResponseMessage body) implements Reply {}

        /// These bytes instead of a frame.
        record Raw(ByteBuffer bytes) implements Reply {}

        /// Nothing, ever.
        record Silence() implements Reply {}

        record Close() implements Reply {}
    }

    /// Decides what goes back. Called from one thread per connection.
    public interface Script {
        Reply reply(Request request);
    }

    private final ServerSocket server;
    private final Script script;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    public FakeBroker(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    /// All requests so far, in the order of their arrival.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public <T extends RequestMessage> List<T> requests(Class<T> type) {
        return requests.stream()
                .map(Request::body)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /// Breaks all connections, but goes on accepting new ones.
    public void breakConnections() {
        connections.forEach(FakeBroker::close);
        connections.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                var request = decode(ByteBuffer.wrap(frame));
                requests.add(request);
                switch (script.reply(request)) {
                    case Reply.Answer(var body) -> socket.getOutputStream().write(frame(request, body));
                    case Reply.Raw(var bytes) -> {
                        byte[] copy = new byte[bytes.remaining()];
                        bytes.get(copy);
                        socket.getOutputStream().write(copy);
                    }
                    case Reply.Silence() -> {}
                    case Reply.Close() -> {
                        return;
                    }
                }
            }
        } catch (EOFException e) {
            // The client has gone.
        } catch (IOException e) {
            if (!socket.isClosed()) close(socket);
        }
    }

    private static Request decode(ByteBuffer frame) {
        var key = ApiKey.of(frame.getShort(0));
        short version = frame.getShort(2);
        short known = (short) Math.min(version, key.highestVersion());
        var reader = new MessageReader(frame);
        var header = RequestHeader.read(reader, key.requestHeaderVersion(known));
        return new Request(key, version, header.correlationId(), Messages.readRequest(key, reader, known));
    }

    /// A whole frame as a broker writes it.
    public static byte[] frame(Request request, ResponseMessage body) {
        return frame(request.api(), request.version(), request.correlationId(), body);
    }

    public static byte[] frame(ApiKey api, short version, int correlationId, ResponseMessage body) {
        var header = new ResponseHeader(correlationId);
        short headerVersion = api.responseHeaderVersion(version);
        int size = header.sizeBytes(headerVersion) + body.sizeBytes(version);
        var frame = ByteBuffer.allocate(4 + size).putInt(size);
        var writer = new BufferWriter(frame);
        header.write(writer, headerVersion);
        body.write(writer, version);
        return frame.array();
    }

    /// Offers every API in all its stable versions.
    public static ApiVersionsResponse allVersions() {
        var ranges = new ArrayList<ApiVersionsResponse.ApiVersion>();
        for (var key : ApiKey.values()) {
            ranges.add(new ApiVersionsResponse.ApiVersion(key.id(), key.lowestVersion(), key.highestStableVersion()));
        }
        return ApiVersionsResponse.builder().apiKeys(ranges).build();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        breakConnections();
    }
}
