package barnabas.net.peer;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsResponse;
import java.util.EnumMap;
import java.util.Map;

/// Versions that this node and a peer have in common (KIP-35), by API. Immutable.
final class CommonVersions {
    private record Range(short lowest, short highest) {}

    private final Map<ApiKey, Range> ranges = new EnumMap<>(ApiKey.class);

    CommonVersions(ApiVersionsResponse response) {
        for (ApiVersionsResponse.ApiVersion peers : response.apiKeys()) {
            ApiKey key = ApiKey.of(peers.apiKey());
            if (key == null) continue;
            short lowest = (short) Math.max(key.lowestVersion(), peers.minVersion());
            short highest = (short) Math.min(key.highestVersion(), peers.maxVersion());
            if (lowest <= highest) ranges.put(key, new Range(lowest, highest));
        }
    }

    /// The highest common version up to `max`, -1 without one.
    short version(ApiKey key, short max) {
        Range range = ranges.get(key);
        return range == null || max < range.lowest ? -1 : (short) Math.min(max, range.highest);
    }
}
