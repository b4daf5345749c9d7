package barnabas.client;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsResponse;
import java.util.EnumMap;
import java.util.OptionalInt;

/// Versions that both sides of a connection support: for every API the highest version that is stable on this side
/// and known on the other (KIP-35), and the features of the cluster (KIP-584). Immutable.
public final class ApiVersions {
    private final EnumMap<ApiKey, Short> versions = new EnumMap<>(ApiKey.class);
    private final ApiVersionsResponse response;

    ApiVersions(ApiVersionsResponse response) {
        this.response = response;
        for (var range : response.apiKeys()) {
            ApiKey key = ApiKey.of(range.apiKey());
            if (key == null) continue;
            short highest = (short) Math.min(key.highestStableVersion(), range.maxVersion());
            short lowest = (short) Math.max(key.lowestVersion(), range.minVersion());
            if (highest >= lowest && lowest >= 0) versions.put(key, highest);
        }
    }

    /// Empty when the sides have no version in common, or the peer does not offer the API.
    public OptionalInt version(ApiKey key) {
        Short version = versions.get(key);
        return version == null ? OptionalInt.empty() : OptionalInt.of(version);
    }

    /// The finalized level of a cluster feature, for example `group.version`; 0 when the cluster does not have it.
    public int featureLevel(String feature) {
        for (var each : response.finalizedFeatures()) {
            if (each.name().equals(feature)) return each.maxVersionLevel();
        }
        return 0;
    }

    /// The peer's own words.
    public ApiVersionsResponse response() {
        return response;
    }
}
