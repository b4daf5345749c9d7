package barnabas.client;

import barnabas.base.Clock;
import java.time.Duration;
import javax.net.SocketFactory;

/// Security and timeouts of connections.
///
/// @param clientId what brokers see in logs and quotas
/// @param connectTimeout for the TCP connection and the first exchange
/// @param requestTimeout for one answer, unless a call says otherwise (`request.timeout.ms`)
/// @param frameBytesMax answers larger than this break the connection
/// @param sendBufferBytes of the socket, -1 leaves it to the system (`send.buffer.bytes`)
/// @param receiveBufferBytes of the socket, -1 leaves it to the system (`receive.buffer.bytes`)
/// @param security encryption and login
/// @param sockets makes unconnected sockets
public record ConnectionOptions(
        String clientId,
        Duration connectTimeout,
        Duration requestTimeout,
        int frameBytesMax,
        int sendBufferBytes,
        int receiveBufferBytes,
        ClientSecurity security,
        Clock clock,
        SocketFactory sockets) {
    /// As much as `fetch.max.bytes` and a batch that is larger than that may ever need.
    public static final int FRAME_BYTES_MAX_DEFAULT = 110 << 20;

    public static ConnectionOptions of(String clientId) {
        return new ConnectionOptions(
                clientId,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                FRAME_BYTES_MAX_DEFAULT,
                -1,
                -1,
                ClientSecurity.NONE,
                Clock.SYSTEM,
                SocketFactory.getDefault());
    }

    public ConnectionOptions withRequestTimeout(Duration timeout) {
        return new ConnectionOptions(
                clientId,
                connectTimeout,
                timeout,
                frameBytesMax,
                sendBufferBytes,
                receiveBufferBytes,
                security,
                clock,
                sockets);
    }

    public ConnectionOptions withConnectTimeout(Duration timeout) {
        return new ConnectionOptions(
                clientId,
                timeout,
                requestTimeout,
                frameBytesMax,
                sendBufferBytes,
                receiveBufferBytes,
                security,
                clock,
                sockets);
    }

    public ConnectionOptions with(ClientSecurity other) {
        return new ConnectionOptions(
                clientId,
                connectTimeout,
                requestTimeout,
                frameBytesMax,
                sendBufferBytes,
                receiveBufferBytes,
                other,
                clock,
                sockets);
    }
}
