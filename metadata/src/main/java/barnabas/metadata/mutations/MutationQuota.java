package barnabas.metadata.mutations;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.quotas.TokenBucket;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Quota that counts for one request: each partition that it creates or deletes takes one from the allowance.
///
/// Strict: a client that owes some gets THROTTLING_QUOTA_EXCEEDED until it owes nothing. Otherwise, for clients that do
/// not know this error, all is done, and the client waits.
///
/// Owner: the controller.
public final class MutationQuota {
    /// For nodes and for clients without a quota.
    public static final MutationQuota NONE = new MutationQuota(null, 1, false, 0);

    private static final Refusal EXCEEDED =
            new Refusal(ErrorCode.THROTTLING_QUOTA_EXCEEDED, "The throttling quota has been exceeded.");

    private final @Nullable TokenBucket bucket;
    private final double perSecond;
    private final boolean strict;
    private final long nowMillis;
    private long throttleMillis;

    MutationQuota(@Nullable TokenBucket bucket, double perSecond, boolean strict, long nowMillis) {
        this.bucket = bucket;
        this.perSecond = perSecond;
        this.strict = strict;
        this.nowMillis = nowMillis;
    }

    /// Takes partitions that are about to be created or deleted; the reason when they may not be.
    public @Nullable Refusal take(int partitions) {
        if (bucket == null) return null;
        long owed = strict ? bucket.take(0, perSecond, nowMillis) : 0;
        if (owed == 0) {
            long wait = bucket.take(partitions, perSecond, nowMillis);
            if (!strict) throttleMillis = Math.max(throttleMillis, wait);
            return null;
        }
        throttleMillis = Math.max(throttleMillis, owed);
        return EXCEEDED;
    }

    /// Milliseconds for which the client has to wait.
    public int throttleMillis() {
        return (int) Math.min(Integer.MAX_VALUE, throttleMillis);
    }
}
