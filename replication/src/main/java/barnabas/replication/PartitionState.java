package barnabas.replication;

import java.util.List;

/// Leader and replicas of a partition, as the cluster image says.
///
/// @param leaderId -1 when no broker leads
public record PartitionState(
        int leaderId, int leaderEpoch, int partitionEpoch, List<Integer> replicas, List<Integer> inSyncReplicas) {}
