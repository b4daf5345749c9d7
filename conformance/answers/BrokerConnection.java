import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;

/// One connection to a broker at a time, opened when it is needed. One request at a time.
final class BrokerConnection {
    private static final int WAIT_MILLIS_MAX = 8_000;

    private final String host;
    private final int port;
    private Socket socket;

    /// @param address `host:port`
    BrokerConnection(String address) {
        int colon = address.lastIndexOf(':');
        host = address.substring(0, colon);
        port = Integer.parseInt(address.substring(colon + 1));
    }

    ApiMessage exchange(ApiKeys key, short version, ApiMessage request) throws Exception {
        return exchange(key, version, MessageUtil.toByteBufferAccessor(request, version).buffer());
    }

    /// @throws SocketTimeoutException without an answer in time
    /// @throws IOException when the broker closes the connection
    ApiMessage exchange(ApiKeys key, short version, ByteBuffer body) throws IOException {
        if (socket != null) {
            try {
                return attempt(key, version, body.duplicate());
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // it may have been closed for what came before
            }
        }
        socket = new Socket();
        socket.connect(new InetSocketAddress(host, port));
        socket.setSoTimeout(WAIT_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        return attempt(key, version, body);
    }

    /// Answer to a version that was not advertised: the error code in front, or that the connection is closed.
    String outcome(ApiKeys key, short version) throws IOException {
        try (var own = new Socket(host, port)) {
            own.setSoTimeout(WAIT_MILLIS_MAX);
            ByteBuffer frame = ByteBuffer.allocate(64).putInt(60).putShort(key.id).putShort(version).putInt(1);
            own.getOutputStream().write(frame.array());
            var in = new DataInputStream(own.getInputStream());
            in.skipNBytes(8);
            return Errors.forCode(in.readShort()).toString();
        } catch (EOFException | SocketException e) {
            return "closed";
        }
    }

    private ApiMessage attempt(ApiKeys key, short version, ByteBuffer body) throws IOException {
        try {
            var header = new RequestHeader(key, version, "answers", 1);
            ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion()).buffer();
            ByteBuffer frame = ByteBuffer.allocate(4 + head.remaining() + body.remaining());
            frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
            socket.getOutputStream().write(frame.array());
            var in = new DataInputStream(socket.getInputStream());
            var bytes = new byte[in.readInt()];
            in.readFully(bytes);
            var reader = new ByteBufferAccessor(ByteBuffer.wrap(bytes));
            new ResponseHeaderData(reader, key.responseHeaderVersion(version));
            ApiMessage answer = key.messageType.newResponse();
            answer.read(reader, version);
            return answer;
        } catch (IOException e) {
            socket.close();
            socket = null;
            throw e;
        }
    }
}
