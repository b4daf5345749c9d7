package barnabas.mirror;

import barnabas.protocol.Uuid;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Ages of the claims of a mirror, by the ids of the source's topics. A claim is confirmed some time after it was seen
/// to be committed: brokers of the source answer from what they know of their metadata log, and that may be a moment
/// old.
/// A claim without a confirmation is taken back, as a claimed topic takes no records.
///
/// Owner: the thread of the mirror.
final class Claims {
    private static final long SETTLED_NANOS = 2_000_000_000L;
    private static final long AGE_NANOS_MAX = 30_000_000_000L;

    private final LongSupplier clock;
    private final Map<Uuid, Long> sinceNanos = new HashMap<>();

    /// @param clock nanoseconds from any origin
    Claims(LongSupplier clock) {
        this.clock = clock;
    }

    /// Notes the claims that there are; others are forgotten.
    void look(Set<Uuid> present) {
        sinceNanos.keySet().retainAll(present);
        for (Uuid each : present) sinceNanos.putIfAbsent(each, clock.getAsLong());
    }

    private long age(Uuid topic) {
        long now = clock.getAsLong();
        return now - sinceNanos.getOrDefault(topic, now);
    }

    /// True when the claim was seen first long enough ago.
    boolean isSettled(Uuid topic) {
        return age(topic) >= SETTLED_NANOS;
    }

    boolean isTooOld(Uuid topic) {
        return age(topic) >= AGE_NANOS_MAX;
    }

    /// True while a claim may be confirmed any moment; later ones wait for the next regular look at the source.
    boolean areYoung() {
        for (Uuid each : sinceNanos.keySet()) if (age(each) < 2 * SETTLED_NANOS) return true;
        return false;
    }
}
