package barnabas.log.producers;

import barnabas.protocol.records.RecordBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The batches that must stay, if only as headers, so that the state of a partition's producers at one offset can
/// be computed from its log alone: for each producer the batches by which it is remembered, or the marker that
/// brought its epoch. With the batches that follow they give the state at any later offset too, wherever the log is
/// cut.
///
/// @param lastOffsets of data batches
/// @param epochs by producer id, of producers that have sent nothing in their epoch
public record LastProducerBatches(Set<Long> lastOffsets, Map<Long, Short> epochs) {
    /// @param known the producers that are not forgotten by now
    public static LastProducerBatches of(Producers producers, Set<Long> known) {
        var offsets = new HashSet<Long>();
        var epochs = new HashMap<Long, Short>();
        for (var entry : producers.entries()) {
            if (!known.contains(entry.producerId())) continue;
            if (!entry.hasBatches()) epochs.put(entry.producerId(), entry.epoch());
            for (var batch : entry.batches()) offsets.add(batch.lastOffset());
        }
        return new LastProducerBatches(offsets, epochs);
    }

    public boolean keeps(RecordBatch batch) {
        if (!batch.hasProducerId()) return false;
        if (!batch.isControl()) return lastOffsets.contains(batch.lastOffset());
        var epoch = epochs.get(batch.producerId());
        return epoch != null && epoch == batch.producerEpoch();
    }
}
