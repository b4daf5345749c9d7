package barnabas.client;

import barnabas.base.security.TlsContext;
import barnabas.client.ConnectionException.Kind;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// TLS around a connected socket.
final class EncryptedSocket {
    private EncryptedSocket() {}

    /// The socket with TLS around it, if the options want that, after the handshake.
    static Socket over(Socket plain, Address address, ConnectionOptions options) throws ClientException {
        TlsContext tls = options.security().tls();
        if (tls == null) return plain;
        try {
            plain.setSoTimeout(Math.max(1, (int) options.connectTimeout().toMillis()));
            SSLSocket socket = tls.clientSocket(plain, address.host(), address.port());
            socket.startHandshake();
            return socket;
        } catch (SSLException e) {
            close(plain);
            throw new ConnectionException(Kind.NOT_TRUSTED, address, "the TLS handshake failed: " + e.getMessage(), e);
        } catch (SocketTimeoutException e) {
            close(plain);
            throw new ConnectionException(
                    Kind.TIMED_OUT, address, "no TLS handshake within " + options.connectTimeout(), e);
        } catch (IOException e) {
            close(plain);
            throw new ConnectionException(Kind.CLOSED, address, "the TLS handshake broke: " + e.getMessage(), e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
