package barnabas.sim;

/// A bug that is put into one simulation, to see that it is found.
enum Plant {
    NONE,
    /// The disk of every node reports writes as forced that are not.
    DISK_FORGETS_FORCED_WRITES,
    /// Once in a while a write to a log file is not made.
    WRITE_IS_LOST,
    /// Some produce requests without a producer id are appended twice.
    APPENDED_TWICE,
    /// Some offset commits are acknowledged and not made.
    COMMIT_IS_NOT_STORED,
    /// Abort markers are written as commit markers.
    ABORT_BECOMES_COMMIT,
    /// One node misses every eighth batch of the metadata log.
    METADATA_BATCH_SKIPPED,
    /// Some produce replies carry the number of the request before.
    REPLIES_MIXED_UP,
    /// Some produce requests are acknowledged and dropped.
    ACKNOWLEDGED_AND_DROPPED,
    /// A killed node starts again with a part of its cache lost, though the machine went on.
    KILL_LOSES_CACHE,
    /// Some fetch replies show an older high watermark.
    WATERMARK_GOES_BACK,
    /// Followers report records to their leader that they append only later: the high watermark moves without them.
    ACKNOWLEDGED_BEFORE_APPENDED,
    /// Followers do not say of which epoch their last record is: they keep what the leader does not have.
    TRUNCATION_LEFT_OUT,
    /// Leaders go on without followers that the controller still holds to be in sync.
    ISR_CHANGE_IS_LOST,
    /// Some markers are reported as written that are not.
    MARKER_IS_LOST
}
