package barnabas.broker.quota;

import barnabas.config.QuotasConfig;
import barnabas.metadata.quotas.TokenBucket;
import barnabas.metrics.Reading;

/// Rate of the clients that share one limit, and the waits that it has caused. For any thread.
final class MeasuredClient {
    private final QuotaKind kind;
    private final SampledRate rate;
    private final SampledRate waits;
    private final TokenBucket bucket;

    MeasuredClient(QuotaKind kind, QuotasConfig.ClientWindow windows) {
        this.kind = kind;
        this.rate = new SampledRate(windows);
        this.waits = new SampledRate(windows);
        double burst = (double) Math.max(1, windows.samples() - 1) * windows.sampleSeconds();
        // Thread time that was spent is no reason for a wait without end; a client waits a window at most.
        double debt = kind == QuotaKind.REQUEST ? windows.sampleSeconds() : Double.MAX_VALUE;
        this.bucket = new TokenBucket(burst, debt);
    }

    /// @return milliseconds to wait; 0 within the bound
    long charge(double value, double bound, long nowMillis) {
        rate.record(value, nowMillis);
        return bucket.take(value, bound, nowMillis);
    }

    /// Milliseconds until nothing is owed.
    long owed(double bound, long nowMillis) {
        return bucket.take(0, bound, nowMillis);
    }

    /// The client waits.
    void waits(long millis, long nowMillis) {
        waits.record((double) millis, nowMillis);
    }

    boolean isIdle(long nowMillis) {
        return rate.isIdle(nowMillis);
    }

    void read(Reading reading, long nowMillis, String resource, String user, String client) {
        String measured =
                kind == QuotaKind.REQUEST ? "kafka_server_quota_request_time" : "kafka_server_quota_byte_rate";
        reading.add(measured, rate.rate(nowMillis), resource, user, client);
        reading.add("barnabas_quota_throttled_ratio", waits.rate(nowMillis) / 1_000, resource, user, client);
    }
}
