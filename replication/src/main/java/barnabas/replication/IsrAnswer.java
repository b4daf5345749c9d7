package barnabas.replication;

import java.util.Set;

/// The controller's answer to an [IsrChange]. A late one, to a change that is no longer asked for, has no effect.
public sealed interface IsrAnswer {
    IsrChange change();

    /// @param partitionEpoch the state's new one
    record Accepted(IsrChange change, int partitionEpoch, Set<Integer> isr) implements IsrAnswer {}

    /// The change was not made, for certain (INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED): the confirmed ISR counts.
    record Refused(IsrChange change) implements IsrAnswer {}

    /// The controller has a later state (INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH): its image decides. Until then
    /// the change may have been made.
    record Outdated(IsrChange change) implements IsrAnswer {}

    /// No answer. The change may have been made, and has to be asked for again.
    record Unknown(IsrChange change) implements IsrAnswer {}
}
