package barnabas.replication;

import barnabas.log.AppendResult;

/// What became of an append that was meant for a leader.
public sealed interface LeaderAppend {
    /// The log's own answer.
    record Done(AppendResult result) implements LeaderAppend {}

    /// NOT_LEADER_OR_FOLLOWER, with the leader as far as this broker knows.
    record NotLeader(int leaderId, int leaderEpoch) implements LeaderAppend {}

    /// NOT_ENOUGH_REPLICAS: fewer in-sync replicas than `min.insync.replicas`, refused before anything was written.
    record NotEnoughReplicas(int inSyncReplicas, int minInSyncReplicas) implements LeaderAppend {}
}
