package barnabas.net.rate;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/// The pace of new connections from addresses of which one did not get in lately: all these addresses share one rate.
/// Other addresses are let in at once. Owner: one thread.
///
/// Handshakes and logins take far more of a broker than of the client that begins them.
public final class LoginPace {
    /// Connections a second. A handshake takes some 2 ms: less than half a processor.
    public static final int AFTER_FAILURES_MAX = 200;

    /// Beyond them the address is forgotten whose last failure is the oldest.
    static final int FAILED_ADDRESSES_MAX = 10_000;

    private static final long REMEMBERED_NANOS = 10_000_000_000L;

    /// Times of the last failure, the oldest first.
    private final Map<InetAddress, Long> failures = new LinkedHashMap<>();
    private final ConnectionRate rate = new ConnectionRate();

    public LoginPace() {
        rate.limit(AFTER_FAILURES_MAX);
    }

    /// A connection ended whose client had not got in.
    public void failed(InetAddress address, long nowNanos) {
        failures.remove(address);
        if (failures.size() >= FAILED_ADDRESSES_MAX)
            failures.remove(failures.keySet().iterator().next());
        failures.put(address, nowNanos);
    }

    /// Whether a connection from this address counts: one of its connections did not get in lately.
    public boolean counts(InetAddress address, long nowNanos) {
        Long failedNanos = failures.get(address);
        if (failedNanos == null) return false;
        if (nowNanos - failedNanos <= REMEMBERED_NANOS) return true;
        failures.remove(address);
        return false;
    }

    /// Counts a connection when it may come.
    ///
    /// @return 0 when it may, otherwise the nanoseconds until it might
    public long admit(long nowNanos) {
        long wait = rate.waitNanos(nowNanos);
        if (wait == 0) rate.count(nowNanos);
        return wait;
    }

    int addresses() {
        return failures.size();
    }
}
