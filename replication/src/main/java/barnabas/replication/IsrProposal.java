package barnabas.replication;

import java.util.Map;

/// A change of in-sync replicas that a leader asks the controller for.
///
/// @param brokerEpochs the run of each broker whose fetches led to it, by broker; brokers that never fetched are
/// missing
public record IsrProposal(Partition partition, IsrChange change, Map<Integer, Long> brokerEpochs) {}
