package barnabas.replication;

import java.util.Set;

/// The controller's answer to an [IsrChange], for the leader of `leaderEpoch`.
public sealed interface IsrAnswer {
    int leaderEpoch();

    /// @param partitionEpoch the state's new one
    record Accepted(int leaderEpoch, int partitionEpoch, Set<Integer> isr) implements IsrAnswer {}

    /// The change was not made, for certain (INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED): the confirmed ISR counts.
    record Refused(int leaderEpoch) implements IsrAnswer {}

    /// The controller has a later state (INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH): its image decides. Until then
    /// the change may have been made.
    record Outdated(int leaderEpoch) implements IsrAnswer {}

    /// No answer. The change may have been made, and has to be asked for again.
    record Unknown(int leaderEpoch) implements IsrAnswer {}
}
