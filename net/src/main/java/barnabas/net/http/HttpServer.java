package barnabas.net.http;

import java.net.InetSocketAddress;
import java.util.List;

/// Bound addresses that answer HTTP/1.1.
public interface HttpServer extends AutoCloseable {
    /// In the order of the config.
    List<InetSocketAddress> addresses();

    /// Open connections.
    int openConnections();

    /// Closes all connections at once.
    @Override
    void close();
}
