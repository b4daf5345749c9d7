package barnabas.broker.request;

import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Counters of requests by API; those of an API come into being with its first request. For any thread.
public final class RequestMetrics implements MetricSource {
    private final AtomicReferenceArray<ApiMetrics> byId;

    public RequestMetrics() {
        int highest = 0;
        for (ApiKey key : ApiKey.values()) highest = Math.max(highest, key.id());
        byId = new AtomicReferenceArray<>(highest + 1);
    }

    ApiMetrics of(ApiKey key) {
        ApiMetrics present = byId.get(key.id());
        if (present != null) return present;
        byId.compareAndSet(key.id(), null, new ApiMetrics(key));
        return byId.get(key.id());
    }

    @Override
    public void read(Reading reading) {
        for (int i = 0; i < byId.length(); i++) {
            ApiMetrics api = byId.get(i);
            if (api != null) api.read(reading);
        }
    }
}
