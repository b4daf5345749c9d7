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
    MARKER_IS_LOST,
    /// A coordinator that was replaced still writes: its abort comes before the commit of its successor.
    COORDINATOR_WRITES_AFTER_RESIGNING,
    /// Followers append what the leader of an earlier epoch sent late.
    OLD_EPOCH_IS_APPENDED,
    /// Followers truncate as the leader of an earlier epoch said late.
    OLD_EPOCH_TRUNCATES,
    /// Followers take over the high watermark before they truncate.
    WATERMARK_BEFORE_TRUNCATION,
    /// Followers forget of which epoch their last record is when nothing new came.
    LAST_EPOCH_IS_FORGOTTEN,
    /// Leaders count followers whose logs part from theirs.
    DIVERGED_FOLLOWER_COUNTS,
    /// Leaders take followers among those in sync that are behind the high watermark.
    IN_SYNC_TOO_EARLY,
    /// No node takes note of a broker that was fenced.
    FENCING_IS_FORGOTTEN,
    /// A controller that was replaced still writes to the metadata log.
    STALE_CONTROLLER_IS_OBEYED,
    /// The last leader goes on where no replica may lead, though it is fenced.
    FENCED_LEADER_IS_ELECTED,
    /// A change of the in-sync replicas leaves one of them among those eligible to lead.
    ELIGIBLE_AND_IN_SYNC,
    /// The mark of an orderly stop is there from the start on.
    MARK_OF_STOP_TOO_EARLY,
    /// Batches that lie are acknowledged.
    LIE_IS_ACKNOWLEDGED,
    /// Batches that lie are refused with another code than Kafka's.
    LIE_HAS_ANOTHER_CODE,
    /// A start cuts a log off where a bit has changed.
    DAMAGE_IS_CUT,
    /// Changes that an Error or a shortage keeps from the disk seem to be made.
    FAILURES_ARE_HIDDEN,
    /// The directory of a deleted topic stays and belongs to the next one of its name.
    DIRECTORY_IS_ADOPTED,
    /// Fetches are answered without their limits.
    ANSWER_WITHOUT_LIMIT,
    /// Fetches wait two seconds longer than they ask for.
    FETCH_WAITS_TOO_LONG,
    /// The end of a transaction leaves its producer in the same epoch.
    EPOCH_STAYS,
    /// A node that was started again refuses writes for ever.
    WRITES_STAY_REFUSED,
    /// A broker whose last run did not stop in order registers as if it had.
    UNCLEAN_STOP_IS_HIDDEN,
    /// A broker with an empty disk, which has the id of the one before, registers as if it had stopped in order.
    EMPTY_DISK_IS_HIDDEN,
    /// Followers that part from their leader where their log ends keep the epoch that the leader does not know.
    EPOCH_STAYS_WHERE_NOTHING_IS_CUT,
    /// A controller that has to change more than a few partitions at a time resigns, and so does the next one.
    LARGE_BATCH_ENDS_LEADERSHIP;

    /// True for a bug that rarely shows, and only where leaders change: nothing else goes wrong beside it then.
    boolean showsAtElections() {
        return switch (this) {
            case LAST_EPOCH_IS_FORGOTTEN,
                    OLD_EPOCH_IS_APPENDED,
                    OLD_EPOCH_TRUNCATES,
                    DIVERGED_FOLLOWER_COUNTS,
                    STALE_CONTROLLER_IS_OBEYED,
                    MARK_OF_STOP_TOO_EARLY,
                    UNCLEAN_STOP_IS_HIDDEN,
                    EMPTY_DISK_IS_HIDDEN,
                    EPOCH_STAYS_WHERE_NOTHING_IS_CUT -> true;
            default -> false;
        };
    }

    /// True for a bug that shows only where there is time between the faults: to produce what a follower has from an
    /// old
    /// leader, or to get in sync.
    boolean showsBetweenFaults() {
        return this == OLD_EPOCH_IS_APPENDED || this == UNCLEAN_STOP_IS_HIDDEN || this == EMPTY_DISK_IS_HIDDEN;
    }
}
