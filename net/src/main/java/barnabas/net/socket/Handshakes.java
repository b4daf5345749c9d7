package barnabas.net.socket;

import barnabas.net.CloseReason;
import java.util.ArrayList;
import java.util.LinkedHashSet;

/// Connections of one event loop whose TLS handshake is not done, oldest first. Owner: the event loop.
///
/// A handshake takes milliseconds. With [#MAX] of them open the oldest is closed for a new one, so that clients that
/// hold theirs open keep no other client out.
final class Handshakes {
    static final int MAX = 512;

    private final LinkedHashSet<SocketConnection> open = new LinkedHashSet<>();

    void begin(SocketConnection connection) {
        if (open.size() >= MAX) {
            SocketConnection oldest = open.getFirst();
            end(oldest);
            oldest.close(CloseReason.TLS_FAILED, "more than " + MAX + " handshakes are open");
        }
        open.add(connection);
    }

    void end(SocketConnection connection) {
        open.remove(connection);
    }

    void closeAll() {
        for (SocketConnection each : new ArrayList<>(open)) each.close(CloseReason.SERVER_CLOSING, "in a handshake");
    }
}
