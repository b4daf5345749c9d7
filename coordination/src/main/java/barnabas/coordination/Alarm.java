package barnabas.coordination;

/// Wakes shards up when a time-out of theirs may be due.
@FunctionalInterface
public interface Alarm {
    /// A call that was asked for.
    @FunctionalInterface
    interface Setting {
        /// Drops the call, unless it has begun, and the reference to what it would call.
        void cancel();
    }

    /// Calls `wake` once, at or after `ticks` (see [Now]), on any thread. `wake` does not block. A call that is
    /// no longer wanted does no harm, but keeps its shard in memory until then: it is to be cancelled.
    Setting wakeAt(long ticks, Runnable wake);
}
