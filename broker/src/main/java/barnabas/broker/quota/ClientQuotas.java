package barnabas.broker.quota;

import barnabas.base.Clock;
import barnabas.broker.request.Call;
import barnabas.broker.request.Throttle;
import barnabas.config.QuotasConfig;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.metadata.quotas.QuotaLimits;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Byte rates of Produce and Fetch and the share of thread time, by user and client id (KIP-13, KIP-55, KIP-124). A
/// client above one of its quotas gets its answer at once, with the time that it has to wait, and is not read from for
/// that time (KIP-219). A Fetch counts when it is answered, and the next one of a client above its quota is answered
/// empty.
///
/// Limits are those of the image at the moment. For any thread; without quotas a request costs one read of a field.
public final class ClientQuotas implements Throttle, MetricSource {
    /// Rates that are kept at a time. Clients choose their client ids: further ones share a rate for each limit.
    static final int RATES_MAX = 10_000;

    /// Between two looks for rates that are idle: each takes some time, and clients choose when there are too many.
    private static final long SWEEP_MILLIS = 1_000;

    private static final String SHARED = "(others)";

    /// Limits with the part of the image that they come from.
    private record Limits(
            PersistentMap<QuotaEntity, SortedMap<String, Double>> from, Map<QuotaKind, QuotaLimits> byKind) {}

    private record Key(QuotaKind kind, String user, String client) {}

    private final Supplier<ClusterImage> images;
    private final QuotasConfig.ClientWindow windows;
    private final Clock clock;
    private final Map<Key, MeasuredClient> rates = new ConcurrentHashMap<>();
    private final AtomicLong sweptMillis = new AtomicLong(Long.MIN_VALUE);
    private volatile @Nullable Limits limits;

    public ClientQuotas(Supplier<ClusterImage> images, QuotasConfig.ClientWindow windows, Clock clock) {
        this.images = images;
        this.windows = windows;
        this.clock = clock;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the map of another image with other quotas is another one
    public boolean isActive() {
        PersistentMap<QuotaEntity, SortedMap<String, Double>> present =
                images.get().quotas();
        Limits known = limits;
        if (known == null || known.from != present) known = learn(present);
        return !known.byKind.isEmpty();
    }

    private Limits learn(PersistentMap<QuotaEntity, SortedMap<String, Double>> present) {
        var byKind = new EnumMap<QuotaKind, QuotaLimits>(QuotaKind.class);
        for (QuotaKind kind : QuotaKind.values()) {
            var ofKind = new QuotaLimits(present, kind.key());
            if (!ofKind.isEmpty()) byKind.put(kind, ofKind);
        }
        var learned = new Limits(present, byKind);
        limits = learned;
        return learned;
    }

    @Override
    public int charge(Call call, long replyBytes, long threadNanos) {
        if (call.isExempt()) return 0;
        long now = nowMillis();
        if (call.key() == ApiKey.FETCH) {
            if (!call.isHeldBack()) {
                charge(QuotaKind.REQUEST, call, threadNanos * 100 / 1e9, now);
                charge(QuotaKind.FETCH, call, (double) replyBytes, now);
            }
            return 0;
        }
        long wait = charge(QuotaKind.REQUEST, call, threadNanos * 100 / 1e9, now);
        if (call.key() == ApiKey.PRODUCE)
            wait = Math.max(wait, charge(QuotaKind.PRODUCE, call, call.requestBytes(), now));
        return (int) Math.min(Integer.MAX_VALUE, wait);
    }

    private long nowMillis() {
        return clock.nanos() / 1_000_000;
    }

    private long charge(QuotaKind kind, Call call, double value, long now) {
        QuotaLimits.Limit limit = limit(kind, call);
        if (limit == null) return 0;
        MeasuredClient measured = rate(kind, limit);
        long wait = measured.charge(value, limit.bound(), now);
        if (wait > 0 && call.key() != ApiKey.FETCH) measured.waits(wait, now);
        return wait;
    }

    @Override
    public int fetchWaitMillis(Call call) {
        if (!isActive() || call.isExempt()) return 0;
        long now = nowMillis();
        return (int) Math.min(
                Integer.MAX_VALUE, Math.max(owed(QuotaKind.REQUEST, call, now), owed(QuotaKind.FETCH, call, now)));
    }

    private long owed(QuotaKind kind, Call call, long now) {
        QuotaLimits.Limit limit = limit(kind, call);
        if (limit == null) return 0;
        MeasuredClient measured = rate(kind, limit);
        long wait = measured.owed(limit.bound(), now);
        if (wait > 0) measured.waits(wait, now);
        return wait;
    }

    private QuotaLimits.@Nullable Limit limit(QuotaKind kind, Call call) {
        Limits known = limits;
        QuotaLimits ofKind = known == null ? null : known.byKind.get(kind);
        return ofKind == null ? null : ofKind.find(call.client().principal().name(), call.clientId());
    }

    private MeasuredClient rate(QuotaKind kind, QuotaLimits.Limit limit) {
        var key = new Key(kind, limit.user(), limit.client());
        MeasuredClient known = rates.get(key);
        if (known != null) return known;
        if (rates.size() >= RATES_MAX) {
            sweep(nowMillis());
            if (rates.size() >= RATES_MAX) key = new Key(kind, SHARED, SHARED + limit.bound());
        }
        return rates.computeIfAbsent(key, _ -> new MeasuredClient(kind, windows));
    }

    private void sweep(long now) {
        long before = sweptMillis.get();
        boolean isDue = before == Long.MIN_VALUE || now - before >= SWEEP_MILLIS;
        if (isDue && sweptMillis.compareAndSet(before, now)) rates.values().removeIf(each -> each.isIdle(now));
    }

    @Override
    public ResponseMessage told(ResponseMessage response, int millis) {
        return ThrottledAnswer.of(response, millis);
    }

    /// As much as may come in all windows but one: more would hold the client up for longer than those.
    @Override
    public int fetchBytesMax(Call call) {
        if (!isActive() || call.isExempt()) return Integer.MAX_VALUE;
        QuotaLimits.Limit limit = limit(QuotaKind.FETCH, call);
        if (limit == null) return Integer.MAX_VALUE;
        double seconds = (double) windows.sampleSeconds() * Math.max(1, windows.samples() - 1);
        return (int) Math.clamp(limit.bound() * seconds, 1, Integer.MAX_VALUE);
    }

    @Override
    public void read(Reading reading) {
        long now = nowMillis();
        int left = reading.limits().clientNumbers();
        for (Map.Entry<Key, MeasuredClient> each : rates.entrySet()) {
            if (left-- <= 0) break;
            Key key = each.getKey();
            each.getValue().read(reading, now, key.kind.resource(), key.user, key.client);
        }
        int more = rates.size() - reading.limits().clientNumbers();
        if (more > 0) reading.leaveOut("quotas", more);
    }
}
