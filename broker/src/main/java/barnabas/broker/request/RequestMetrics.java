package barnabas.broker.request;

import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.FetchRequest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Counters of requests by API; those of an API come into being with its first request. For any thread.
public final class RequestMetrics implements MetricSource {
    /// Version of Fetch from which on the follower's id has another place.
    private static final int REPLICA_STATE_SINCE = 15;

    private final AtomicReferenceArray<ApiMetrics> byId;
    /// Null without fetches of followers.
    private final AtomicReference<@Nullable ApiMetrics> followers = new AtomicReference<>();

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

    /// Counters of a request: fetches of followers have their own.
    ApiMetrics of(ApiKey key, RequestMessage request, short version) {
        ApiMetrics counters = of(key);
        if (key != ApiKey.FETCH || !(request instanceof FetchRequest fetch)) return counters;
        int replica = version >= REPLICA_STATE_SINCE ? fetch.replicaState().replicaId() : fetch.replicaId();
        if (replica < 0) return counters;
        ApiMetrics present = followers.get();
        if (present != null) return present;
        followers.compareAndSet(null, new ApiMetrics(key));
        return Objects.requireNonNull(followers.get());
    }

    @Override
    public void read(Reading reading) {
        for (int i = 0; i < byId.length(); i++) {
            ApiMetrics api = byId.get(i);
            if (api == null) continue;
            if (i == ApiKey.FETCH.id()) readFetches(api, reading);
            else api.read(reading, api.key().apiName(), null);
        }
    }

    /// Kafka shows the sum and both parts; errors of the sum only.
    private void readFetches(ApiMetrics consumers, Reading reading) {
        ApiMetrics replicas = followers.get();
        consumers.read(reading, consumers.key().apiName(), replicas);
        consumers.readTimes(reading, "FetchConsumer", null);
        if (replicas != null) replicas.readTimes(reading, "FetchFollower", null);
    }
}
