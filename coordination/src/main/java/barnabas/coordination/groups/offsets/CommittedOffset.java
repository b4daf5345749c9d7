package barnabas.coordination.groups.offsets;

import barnabas.protocol.Uuid;
import barnabas.protocol.group.OffsetCommitValue;

/// One committed offset.
///
/// @param offset the next record that the group wants
/// @param leaderEpoch of the last record that was read; -1 when not known
/// @param metadata whatever the committer wrote
/// @param commitMillis milliseconds since the epoch
/// @param expireMillis milliseconds since the epoch, -1 to follow the broker's retention
/// @param topicId zero when not known
/// @param recordOffset where the commit is in `__consumer_offsets`
record CommittedOffset(
        long offset,
        int leaderEpoch,
        String metadata,
        long commitMillis,
        long expireMillis,
        Uuid topicId,
        long recordOffset) {
    static CommittedOffset of(OffsetCommitValue value, long recordOffset) {
        return new CommittedOffset(
                value.offset(),
                value.leaderEpoch(),
                value.metadata(),
                value.commitTimestamp(),
                value.expireTimestamp(),
                value.topicId(),
                recordOffset);
    }

    /// Whether this is about another topic of the same name than the one that is meant.
    boolean isOfAnotherTopicThan(Uuid id) {
        return !topicId.isZero() && !id.isZero() && !topicId.equals(id);
    }
}
