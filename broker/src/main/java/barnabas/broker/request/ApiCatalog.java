package barnabas.broker.request;

import barnabas.metrics.MetricSource;
import barnabas.protocol.ApiKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The APIs that this broker serves, with the versions it advertises.
public final class ApiCatalog {
    /// Entry of ApiVersions for one API.
    public record Advertised(ApiKey key, short lowestVersion, short highestVersion) {}

    private final Map<ApiKey, Api<?>> apis = new EnumMap<>(ApiKey.class);

    /// @throws IllegalArgumentException when two of them claim one key
    public ApiCatalog(List<? extends Api<?>> served) {
        for (Api<?> api : served) {
            if (apis.put(api.key(), api) != null) throw new IllegalArgumentException("two APIs for " + api.key());
        }
    }

    /// @param instead served in place of those of `served` with the same key, or beside them
    public ApiCatalog(List<? extends Api<?>> served, List<? extends Api<?>> instead) {
        this(served);
        for (Api<?> api : instead) apis.put(api.key(), api);
    }

    @Nullable
    Api<?> find(ApiKey key) {
        return apis.get(key);
    }

    /// Every API, in the order of keys.
    public Collection<Api<?>> all() {
        return apis.values();
    }

    /// Those with figures of their own.
    public List<MetricSource> sources() {
        var sources = new ArrayList<MetricSource>();
        for (Api<?> each : apis.values()) if (each instanceof MetricSource source) sources.add(source);
        return sources;
    }

    public List<Advertised> advertised() {
        var list = new ArrayList<Advertised>(apis.size());
        for (Api<?> api : apis.values()) {
            // Clients built on librdkafka look for Produce v0 to v2 before they use a compression codec; Kafka
            // advertises them too and does not serve them (KAFKA-18659).
            short lowest = api.key() == ApiKey.PRODUCE ? 0 : api.key().lowestVersion();
            list.add(new Advertised(api.key(), lowest, api.highestVersion()));
        }
        return list;
    }
}
