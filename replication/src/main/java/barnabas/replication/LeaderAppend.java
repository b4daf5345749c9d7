package barnabas.replication;

import barnabas.log.AppendResult;
import barnabas.replication.traffic.PartitionTraffic;

/// Result of an append that was meant for a leader.
public sealed interface LeaderAppend {
    /// Counts what the log was asked to append, and returns this.
    default LeaderAppend countIn(PartitionTraffic traffic, int bytes) {
        return this;
    }

    /// The log's own answer.
    ///
    /// @param leaderEpoch the epoch in which it was given
    record Done(AppendResult result, int leaderEpoch) implements LeaderAppend {
        @Override
        public LeaderAppend countIn(PartitionTraffic traffic, int bytes) {
            traffic.appended(bytes, result);
            return this;
        }
    }

    /// NOT_LEADER_OR_FOLLOWER, with the leader as far as this broker knows: another broker leads, or this one in a
    /// later epoch than the append was meant for.
    record NotLeader(int leaderId, int leaderEpoch) implements LeaderAppend {}

    /// NOT_ENOUGH_REPLICAS: fewer in-sync replicas than `min.insync.replicas`, refused before anything was written.
    record NotEnoughReplicas(int inSyncReplicas, int minInSyncReplicas) implements LeaderAppend {}
}
