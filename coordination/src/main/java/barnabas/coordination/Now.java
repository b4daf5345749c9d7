package barnabas.coordination;

import barnabas.base.Clock;

/// The moment at which a core decides.
///
/// @param millis wall-clock milliseconds since the epoch, for what is stored and shown
/// @param ticks monotonic milliseconds from an arbitrary origin, for time-outs: a step of the wall clock expires
/// nothing
public record Now(long millis, long ticks) {
    public static Now of(Clock clock) {
        return new Now(clock.millis(), clock.nanos() / 1_000_000);
    }
}
