package barnabas.net;

import java.util.Map;

/// A reading of what the network has done since its start, for metrics.
///
/// @param accepted connections, including those closed at once for `max.connections.per.ip`
/// @param active open connections
/// @param closed connections by reason; reasons that never happened are missing
/// @param bytesIn read from clients
/// @param bytesOut of replies handed to the operating system or waiting for it
/// @param requests frames handed to the handler
/// @param heldRequestBytes now held by incomplete frames and waiting requests
/// @param unsentReplyBytes now waiting for clients to read
public record NetworkCounters(
        long accepted,
        int active,
        Map<CloseReason, Long> closed,
        long bytesIn,
        long bytesOut,
        long requests,
        long heldRequestBytes,
        long unsentReplyBytes) {
    public static final NetworkCounters NONE = new NetworkCounters(0, 0, Map.of(), 0, 0, 0, 0, 0);

    public NetworkCounters {
        closed = Map.copyOf(closed);
    }

    public long closed(CloseReason reason) {
        return closed.getOrDefault(reason, 0L);
    }
}
