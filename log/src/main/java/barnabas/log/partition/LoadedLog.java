package barnabas.log.partition;

import barnabas.log.producers.OpenTransactions;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.producers.Producers;
import barnabas.log.segment.Segments;

/// Result of opening: everything a log needs to go on.
public record LoadedLog(
        Segments segments,
        long startOffset,
        long endOffset,
        long recoveryPoint,
        Producers producers,
        OpenTransactions transactions,
        ProducerSnapshots snapshots,
        LeaderEpochs epochs) {}
