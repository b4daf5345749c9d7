package barnabas.config;

import barnabas.config.keys.Values;

/// Limits of Fetch.
///
/// @param sessionsMax incremental fetch sessions kept (KIP-227)
public record FetchConfig(int responseBytesMax, int sessionsMax) {
    static FetchConfig of(Values values) {
        return new FetchConfig(
                values.integer("fetch.max.bytes"), values.integer("max.incremental.fetch.session.cache.slots"));
    }
}
