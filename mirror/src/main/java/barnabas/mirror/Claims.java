package barnabas.mirror;

import barnabas.base.Clock;
import barnabas.protocol.Uuid;
import java.util.HashMap;
import java.util.Map;

/// Topics that a mirror has claimed and may not fill yet, by the ids of the source's topics. A claim is confirmed some
/// time after it was seen to be committed: brokers of the source answer from what they know of their metadata log, and
/// that may be a moment old.
///
/// Owner: the thread of the mirror.
final class Claims {
    private static final long SETTLED_NANOS = 2_000_000_000L;

    private final Clock clock;
    private Map<Uuid, Long> sinceNanos = new HashMap<>();
    private Map<Uuid, Long> before = Map.of();

    Claims(Clock clock) {
        this.clock = clock;
    }

    /// Begins to look at all topics: a claim that is not seen again is forgotten.
    void look() {
        before = sinceNanos;
        sinceNanos = new HashMap<>();
    }

    /// True when the claim was seen first long enough ago.
    boolean isOld(Uuid topic) {
        long now = clock.nanos();
        long since = before.getOrDefault(topic, now);
        sinceNanos.put(topic, since);
        return now - since >= SETTLED_NANOS;
    }

    boolean isEmpty() {
        return sinceNanos.isEmpty();
    }
}
