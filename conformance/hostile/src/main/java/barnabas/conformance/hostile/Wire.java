package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A connection with nothing between the caller and the bytes.
final class Wire implements AutoCloseable {
    /// Answers beyond this are a failure whatever was asked.
    static final int ANSWER_BYTES_MAX = 100 << 20;

    /// An API with the versions that the broker serves.
    record Served(ApiKey key, short lowest, short highest, Class<? extends RequestMessage> type) {}

    private final Socket socket;
    private final DataInputStream in;

    /// Opens a connection to a certain broker.
    @FunctionalInterface
    interface Opening {
        Wire open() throws IOException;
    }

    Wire(InetSocketAddress address, int patienceMillis) throws IOException {
        this(new Socket(), address, patienceMillis);
    }

    /// @param unconnected which may encrypt
    Wire(Socket unconnected, InetSocketAddress address, int patienceMillis) throws IOException {
        socket = unconnected;
        socket.connect(address, patienceMillis);
        socket.setSoTimeout(patienceMillis);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /// Sets the longest time for each read from now on.
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    static byte[] frame(ApiKey key, short version, String clientId, RequestMessage request) {
        ByteBuffer frame = ByteBuffer.allocate(32 + clientId.length() * 3 + request.sizeBytes(version));
        frame.putInt(0).putShort(key.id()).putShort(version).putInt(7);
        var writer = new BufferWriter(frame);
        writer.string(clientId, false);
        if (key.isFlexible(version)) writer.unsignedVarint(0);
        request.write(writer, version);
        frame.putInt(0, frame.position() - 4);
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        return bytes;
    }

    void send(byte[] bytes, int offset, int length) throws IOException {
        socket.getOutputStream().write(bytes, offset, length);
    }

    void send(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    /// Skips an answer; its size.
    int skipAnswer() throws IOException {
        int size = in.readInt();
        if (size < 4 || size > ANSWER_BYTES_MAX) throw new IllegalStateException("answer of " + size + " bytes");
        in.skipNBytes(size);
        return size;
    }

    <R extends ResponseMessage> R call(ApiKey key, short version, RequestMessage request, Class<R> answer)
            throws IOException {
        send(frame(key, version, "calm", request));
        byte[] bytes = in.readNBytes(in.readInt());
        var reader = new MessageReader(ByteBuffer.wrap(bytes));
        reader.int32();
        if (key.responseHeaderVersion(version) > 0) reader.skip(1);
        return answer.cast(Messages.readResponse(key, reader, version));
    }

    List<Served> served() throws IOException, ClassNotFoundException {
        var request = ApiVersionsRequest.builder()
                .clientSoftwareName("hostile")
                .clientSoftwareVersion("1")
                .build();
        var answer = call(ApiKey.API_VERSIONS, (short) 4, request, ApiVersionsResponse.class);
        var served = new ArrayList<Served>();
        for (var each : answer.apiKeys()) {
            ApiKey key = ApiKey.of(each.apiKey());
            if (key == null) continue;
            short lowest = (short) Math.max(each.minVersion(), key.lowestVersion());
            served.add(new Served(key, lowest, each.maxVersion(), type(key)));
        }
        return served;
    }

    private static Class<? extends RequestMessage> type(ApiKey key) throws ClassNotFoundException {
        var name = new StringBuilder(Message.class.getPackageName()).append(".message.");
        for (String word : key.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return Class.forName(name + "Request").asSubclass(RequestMessage.class);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
