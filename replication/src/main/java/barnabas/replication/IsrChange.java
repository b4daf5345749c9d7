package barnabas.replication;

import java.util.SortedSet;

/// The in-sync replicas that a leader asks the controller for (AlterPartition).
///
/// @param partitionEpoch of the state that the change is based on
public record IsrChange(int leaderEpoch, int partitionEpoch, SortedSet<Integer> isr) {}
