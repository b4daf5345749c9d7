package barnabas.net.socket;

import barnabas.net.CloseReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reason for the end of a connection: the first that is set counts. Owner: the connection's event loop.
final class CloseCause {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);

    private @Nullable CloseReason reason;
    private String detail = "";

    void set(CloseReason because, String more) {
        if (reason != null) return;
        reason = because;
        detail = more;
    }

    /// Counts and logs the end.
    void report(SocketConnection connection, Counters counters) {
        CloseReason counted = reason == null ? CloseReason.CLIENT_CLOSED : reason;
        LOG.debug(
                "Connection {} from {} on {} closed: {}{}{}",
                connection.id(),
                connection.remoteAddress(),
                connection.listenerName(),
                counted.text(),
                detail.isEmpty() ? "" : ", ",
                detail);
        counters.closed(counted);
    }
}
