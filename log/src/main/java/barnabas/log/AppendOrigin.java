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
    REPLICATION,
    /// As [#REPLICATION] on an event loop: what would wait for a truncation, a move or a force is answered by
    /// [AppendResult.TakesLong] and comes again, as [#REPLICATION], on a thread that has the time.
    REPLICATION_ON_LOOP;

    public boolean isClient() {
        return this == CLIENT || this == CLIENT_ON_LOOP;
    }

    public boolean isReplication() {
        return this == REPLICATION || this == REPLICATION_ON_LOOP;
    }

    /// True when the append may wait for nothing but the log's lock and its write.
    public boolean isOnLoop() {
        return this == CLIENT_ON_LOOP || this == REPLICATION_ON_LOOP;
    }
}
