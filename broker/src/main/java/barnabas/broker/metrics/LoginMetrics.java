package barnabas.broker.metrics;

import barnabas.metrics.ReadRate;
import barnabas.metrics.Reading;
import barnabas.net.LoginCounts;
import barnabas.net.LoginOutcome;
import barnabas.net.Server;
import java.util.HashMap;
import java.util.Map;

/// Logins by listener and event loop, with their rates since the reading before. Loaded by the first reading of a node
/// on which clients log in. Owner: the thread that reads, one at a time.
final class LoginMetrics {
    private static final String PREFIX = "kafka_server_socket_server_metrics_";

    /// By name of the figure, listener and loop.
    private final Map<String, ReadRate> rates = new HashMap<>();

    /// @return connections whose session had expired
    long read(Server server, Reading reading) {
        var expired = new long[1];
        server.visitLogins((listener, loop, counts) -> {
            add(listener, String.valueOf(loop), counts, reading);
            expired[0] += counts.of(LoginOutcome.EXPIRED);
        });
        return expired[0];
    }

    private void add(String listener, String loop, LoginCounts counts, Reading reading) {
        addWithRate("successful_authentication", counts.succeeded(), listener, loop, reading);
        reading.add(
                PREFIX + "successful_authentication_no_reauth_total",
                counts.of(LoginOutcome.SUCCEEDED_ONCE),
                listener,
                loop);
        addWithRate("failed_authentication", counts.of(LoginOutcome.FAILED), listener, loop, reading);
        addWithRate("successful_reauthentication", counts.of(LoginOutcome.RENEWED), listener, loop, reading);
        addWithRate("failed_reauthentication", counts.of(LoginOutcome.RENEWAL_FAILED), listener, loop, reading);
        reading.add(PREFIX + "expired_connections_killed_count", counts.of(LoginOutcome.EXPIRED), listener, loop);
    }

    private void addWithRate(String name, long count, String listener, String loop, Reading reading) {
        String place = name + ' ' + listener + ' ' + loop;
        ReadRate rate = rates.get(place);
        if (rate == null) {
            rate = new ReadRate();
            rates.put(place, rate);
        }
        reading.add(PREFIX + name + "_total", count, listener, loop);
        reading.add(PREFIX + name + "_rate", rate.next(count, reading.nanos()), listener, loop);
    }
}
