package barnabas.metadata.mutations;

import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.metadata.quotas.QuotaLimits;
import barnabas.metadata.quotas.TokenBucket;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Partitions that clients create and delete, under `controller_mutation_rate` (KIP-599): so many a second for a user,
/// a client id or both, in the order of [QuotaLimits], and some seconds' worth at once. They are counted by the active
/// controller alone, and from nothing by the next one.
///
/// Owner: the controller.
public final class MutationRates {
    public static final String KEY = "controller_mutation_rate";

    /// Rates that are kept at a time. Clients choose their client ids: further ones share a rate for each limit.
    static final int RATES_MAX = 10_000;

    private static final String SHARED = "(others)";

    private record Key(String user, String client) {}

    private final double burstSeconds;
    private final Map<Key, TokenBucket> buckets = new HashMap<>();
    private long sweptMillis;
    private PersistentMap<QuotaEntity, SortedMap<String, Double>> known = PersistentMap.empty();
    private @Nullable QuotaLimits limits;

    /// @param burstSeconds `controller.quota.window.num` times `controller.quota.window.size.seconds`
    public MutationRates(double burstSeconds) {
        this.burstSeconds = burstSeconds;
    }

    /// Whether any client has a limit.
    public static boolean hasLimits(PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas) {
        return !new QuotaLimits(quotas, KEY).isEmpty();
    }

    /// The quota of one request.
    ///
    /// @param quotas of the present image
    /// @param strictSince version of the request from which on clients know THROTTLING_QUOTA_EXCEEDED
    public MutationQuota of(
            Asking asking, PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas, int strictSince) {
        Requester requester = asking.requester();
        if (requester.isNode()) return MutationQuota.NONE;
        QuotaLimits.Limit limit = limits(quotas).find(requester.user(), requester.clientId());
        if (limit == null) return MutationQuota.NONE;
        long now = asking.nowNanos() / 1_000_000;
        return new MutationQuota(bucket(limit, now), limit.bound(), requester.version() >= strictSince, now);
    }

    @SuppressWarnings("ReferenceEquality") // the map of an image with other quotas is another one
    private QuotaLimits limits(PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas) {
        QuotaLimits present = limits;
        if (present != null && known == quotas) return present;
        present = new QuotaLimits(quotas, KEY);
        known = quotas;
        limits = present;
        return present;
    }

    private TokenBucket bucket(QuotaLimits.Limit limit, long nowMillis) {
        var key = new Key(limit.user(), limit.client());
        TokenBucket present = buckets.get(key);
        if (present != null) return present;
        if (buckets.size() >= RATES_MAX) {
            sweep(nowMillis);
            if (buckets.size() >= RATES_MAX) key = new Key(SHARED, SHARED + limit.bound());
        }
        return buckets.computeIfAbsent(key, _ -> new TokenBucket(burstSeconds, Double.MAX_VALUE));
    }

    /// At most once a second: it takes some time, and clients choose when there are too many.
    private void sweep(long nowMillis) {
        if (nowMillis - sweptMillis < 1_000) return;
        sweptMillis = nowMillis;
        buckets.values().removeIf(each -> each.isFull(nowMillis));
    }

    int rates() {
        return buckets.size();
    }
}
