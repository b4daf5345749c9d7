package barnabas.coordination.groups.offsets;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import org.jspecify.annotations.Nullable;

/// Group as offsets need it, for every kind of group.
public interface OffsetOwner {
    /// Sender of a commit.
    ///
    /// @param generationOrEpoch -1 from a client that is no member
    /// @param apiVersion of OffsetCommit; for transactions of TxnOffsetCommit
    record Committer(
            String memberId,
            @Nullable String instanceId,
            int generationOrEpoch,
            boolean transactional,
            short apiVersion) {}

    /// NONE when the committer may commit, at least for some partitions; see [#checkPartition].
    ErrorCode checkCommit(Committer committer);

    /// NONE when a committer that passed [#checkCommit] may commit for this partition.
    ErrorCode checkPartition(Committer committer, Uuid topicId, int partition);

    /// NONE when a member may fetch offsets.
    ErrorCode checkFetch(@Nullable String memberId, int memberEpoch);

    /// NONE, or GROUP_ID_NOT_FOUND, or NON_EMPTY_GROUP when single offsets must not be deleted while members
    /// are active.
    ErrorCode checkOffsetDelete();

    boolean isSubscribedTo(String topic);

    Aging aging();

    /// Time from which offsets without subscribers age.
    sealed interface Aging {
        /// Not now.
        record Never() implements Aging {}

        /// Each from its own commit.
        record SinceCommit() implements Aging {}

        /// All since the group became empty, milliseconds since the epoch.
        record Since(long millis) implements Aging {}
    }
}
