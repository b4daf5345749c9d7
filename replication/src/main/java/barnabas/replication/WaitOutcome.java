package barnabas.replication;

/// The end of a wait for appended records, exactly one for each wait.
public sealed interface WaitOutcome {
    WaitOutcome COMMITTED = new Committed();
    WaitOutcome TOO_FEW_REPLICAS = new TooFewReplicas();
    WaitOutcome FENCED = new Fenced();
    WaitOutcome TIMED_OUT = new TimedOut();
    WaitOutcome DISK_FAILED = new DiskFailed();

    /// The records are as safe as the wait asked for.
    record Committed() implements WaitOutcome {}

    /// NOT_ENOUGH_REPLICAS_AFTER_APPEND: the records are committed, but by now fewer replicas are in sync
    /// than `min.insync.replicas`.
    record TooFewReplicas() implements WaitOutcome {}

    /// NOT_LEADER_OR_FOLLOWER: the leader epoch of the append is over, the records may be lost.
    record Fenced() implements WaitOutcome {}

    /// REQUEST_TIMED_OUT: by the deadline, by the end of the waiting thread, or because too much waits already. The
    /// records may be committed later.
    record TimedOut() implements WaitOutcome {}

    /// KAFKA_STORAGE_ERROR.
    record DiskFailed() implements WaitOutcome {}
}
