package barnabas.net.rate;

import barnabas.net.ConnectionLimits;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/// New connections per second of single addresses (KIP-612). Owner: one thread.
///
/// Clients choose how many addresses they come from: beyond [#ADDRESSES_MAX] that were busy within the last second, the
/// others share one rate.
public final class AddressRates {
    static final int ADDRESSES_MAX = 10_000;

    private static final long SWEEP_NANOS = 1_000_000_000;

    private final Map<InetAddress, ConnectionRate> rates = new HashMap<>();
    private final ConnectionRate others = new ConnectionRate();
    private ConnectionLimits.AddressRates limits = ConnectionLimits.AddressRates.UNLIMITED;
    private boolean swept;
    private long sweptNanos;

    /// Takes over other limits; what came under those before counts on.
    public void limit(ConnectionLimits.AddressRates changed) {
        limits = changed;
        if (limits.areUnlimited()) rates.clear();
    }

    /// Counts a connection when it may come.
    ///
    /// @return 0 when it may, otherwise the nanoseconds until it might
    public long admit(InetAddress address, long nowNanos) {
        if (limits.areUnlimited()) return 0;
        int max = limits.max(address);
        if (max == Integer.MAX_VALUE) return 0;
        ConnectionRate rate = rate(address, nowNanos);
        rate.limit(max);
        long wait = rate.waitNanos(nowNanos);
        if (wait == 0) rate.count(nowNanos);
        return wait;
    }

    private ConnectionRate rate(InetAddress address, long nowNanos) {
        ConnectionRate known = rates.get(address);
        if (known != null) return known;
        if (rates.size() >= ADDRESSES_MAX) {
            sweep(nowNanos);
            if (rates.size() >= ADDRESSES_MAX) return others;
        }
        var begun = new ConnectionRate();
        rates.put(address, begun);
        return begun;
    }

    private void sweep(long nowNanos) {
        if (swept && nowNanos - sweptNanos < SWEEP_NANOS) return;
        swept = true;
        sweptNanos = nowNanos;
        rates.values().removeIf(each -> each.isIdle(nowNanos));
    }

    int addresses() {
        return rates.size();
    }
}
