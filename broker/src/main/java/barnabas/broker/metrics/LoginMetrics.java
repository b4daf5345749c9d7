package barnabas.broker.metrics;

import barnabas.metrics.Reading;
import barnabas.net.LoginCounts;
import barnabas.net.LoginOutcome;
import barnabas.net.Server;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Logins by listener and event loop, with their rates since the reading before. Loaded by the first reading of a node
/// on which clients log in. Owner: the thread that reads, one at a time.
final class LoginMetrics {
    private static final String PREFIX = "kafka_server_socket_server_metrics_";
    /// Rates over less are not worth much.
    private static final long RATE_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    /// By listener and loop.
    private final Map<String, Rated> before = new HashMap<>();

    /// A count and its rate at an earlier reading.
    private static final class Rated {
        private final long[] counts = new long[4];
        private final double[] rates = new double[4];
        private long atNanos;
    }

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
        long[] now = {
            counts.succeeded(),
            counts.of(LoginOutcome.FAILED),
            counts.of(LoginOutcome.RENEWED),
            counts.of(LoginOutcome.RENEWAL_FAILED)
        };
        double[] rates = rates(listener + ' ' + loop, now, reading.nanos());
        reading.add(PREFIX + "successful_authentication_total", now[0], listener, loop);
        reading.add(PREFIX + "successful_authentication_rate", rates[0], listener, loop);
        reading.add(
                PREFIX + "successful_authentication_no_reauth_total",
                counts.of(LoginOutcome.SUCCEEDED_ONCE),
                listener,
                loop);
        reading.add(PREFIX + "failed_authentication_total", now[1], listener, loop);
        reading.add(PREFIX + "failed_authentication_rate", rates[1], listener, loop);
        reading.add(PREFIX + "successful_reauthentication_total", now[2], listener, loop);
        reading.add(PREFIX + "successful_reauthentication_rate", rates[2], listener, loop);
        reading.add(PREFIX + "failed_reauthentication_total", now[3], listener, loop);
        reading.add(PREFIX + "failed_reauthentication_rate", rates[3], listener, loop);
        reading.add(PREFIX + "expired_connections_killed_count", counts.of(LoginOutcome.EXPIRED), listener, loop);
    }

    /// 0 at the first reading; those of the reading before within a second of it.
    private double[] rates(String place, long[] now, long nowNanos) {
        Rated last = before.get(place);
        if (last == null) {
            last = new Rated();
            before.put(place, last);
        } else {
            long past = nowNanos - last.atNanos;
            if (past < RATE_NANOS_MIN) return last.rates;
            for (int i = 0; i < now.length; i++) last.rates[i] = (now[i] - last.counts[i]) * 1e9 / past;
        }
        System.arraycopy(now, 0, last.counts, 0, now.length);
        last.atNanos = nowNanos;
        return last.rates;
    }
}
