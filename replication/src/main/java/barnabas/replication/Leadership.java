package barnabas.replication;

import java.util.List;

/// Who leads a partition, as the cluster image says.
///
/// @param leaderId -1 when nobody does
public record Leadership(
        int leaderId, int leaderEpoch, int partitionEpoch, List<Integer> replicas, List<Integer> inSyncReplicas) {}
