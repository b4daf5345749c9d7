package barnabas.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/// A blocking connection for one request at a time: for setting things up, not for load. One thread uses it.
public final class WireConnection implements AutoCloseable {
    static final String CLIENT_ID = "bench";
    private static final int RESPONSE_BYTES_MAX = 64 << 20;

    private final SocketChannel channel;
    private int correlationId;

    private WireConnection(SocketChannel channel) {
        this.channel = channel;
    }

    public static WireConnection open(InetSocketAddress address) throws IOException {
        return new WireConnection(connect(address));
    }

    static SocketChannel connect(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends one request and waits for its response.
    public AbstractResponse call(ApiKeys key, short version, ApiMessage body) throws IOException {
        RequestHeader header = new RequestHeader(key, version, CLIENT_ID, correlationId++);
        return exchange(header, frame(header, version, body));
    }

    /// Sends the first of these requests and waits for its response.
    ProduceResponse produce(ProduceRequests requests) throws IOException {
        int id = correlationId++;
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, ProduceRequests.VERSION, CLIENT_ID, id);
        return (ProduceResponse) exchange(header, requests.frame(id));
    }

    private AbstractResponse exchange(RequestHeader header, ByteBuffer request) throws IOException {
        writeFully(channel, request);
        ByteBuffer size = ByteBuffer.allocate(4);
        readFully(channel, size);
        int bytes = size.flip().getInt();
        if (bytes < 4 || bytes > RESPONSE_BYTES_MAX) {
            throw new IOException("impossible response size " + bytes);
        }
        ByteBuffer response = ByteBuffer.allocate(bytes);
        readFully(channel, response);
        return AbstractResponse.parseResponse(response.flip(), header);
    }

    /// A whole request as it goes over the wire: size, header, body.
    static ByteBuffer frame(RequestHeader header, short version, ApiMessage body) {
        ByteBuffer request = RequestUtils.serialize(header.data(), header.headerVersion(), body, version);
        ByteBuffer frame = ByteBuffer.allocate(4 + request.remaining());
        frame.putInt(request.remaining()).put(request);
        return frame.flip();
    }

    static void writeFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static void readFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the broker closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
