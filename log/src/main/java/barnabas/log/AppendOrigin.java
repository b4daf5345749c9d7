package barnabas.log;

/// Origin of an append: it decides the checks, and which side assigns the offsets.
public enum AppendOrigin {
    /// A producer: exactly one batch, everything checked, offsets assigned here.
    CLIENT,
    /// A producer's batch on the event loop of its connection: as [#CLIENT], but what takes long is
    /// answered by [AppendResult.TakesLong] and comes again, as [#CLIENT], on a thread that has the time.
    CLIENT_ON_LOOP,
    /// This broker itself (group and transaction state, transaction markers): offsets assigned here, control batches
    /// and any number of batches allowed.
    COORDINATOR,
    /// A copy of what a leader has: offsets and leader epochs are in the batches and must continue this log.
    REPLICATION;

    public boolean isClient() {
        return this == CLIENT || this == CLIENT_ON_LOOP;
    }
}
