package barnabas.log;

/// Who appends: it decides what is checked and who assigns the offsets.
public enum AppendOrigin {
    /// A producer: exactly one batch, everything checked, offsets assigned here.
    CLIENT,
    /// This broker itself (group and transaction state, transaction markers): offsets assigned here, control batches
    /// and any number of batches allowed.
    COORDINATOR,
    /// A copy of what a leader has: offsets and leader epochs are in the batches and must continue this log.
    REPLICATION
}
