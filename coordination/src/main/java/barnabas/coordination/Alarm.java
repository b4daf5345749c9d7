package barnabas.coordination;

/// Wakes shards up when a time-out of theirs may be due.
@FunctionalInterface
public interface Alarm {
    /// Calls `wake` once, at or after `ticks` (see [Now]), on any thread. `wake` does not block. A call that is
    /// no longer wanted does no harm.
    void wakeAt(long ticks, Runnable wake);
}
