package barnabas.broker.produce;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.Verification;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.replication.LeaderAppend;
import barnabas.replication.Partition;
import java.nio.ByteBuffer;

/// One partition's part of a Produce request whose batch takes an event loop too long to check.
///
/// @param transactional the batch belongs to a transaction that is open on the partition
/// @param topicIndex where the answer goes in the response
public record LongAppend(
        Partition partition,
        PartitionProduceData data,
        ByteBuffer records,
        boolean transactional,
        int topicIndex,
        int partitionIndex) {
    public static boolean isMeant(LeaderAppend append) {
        return append instanceof LeaderAppend.Done(AppendResult result, int epoch)
                && result instanceof AppendResult.TakesLong;
    }

    /// The network reuses its buffer while this waits.
    public LongAppend withOwnRecords() {
        ByteBuffer copy = ByteBuffer.allocate(records.remaining())
                .put(records.duplicate())
                .flip();
        return new LongAppend(partition, data, copy, transactional, topicIndex, partitionIndex);
    }

    public LeaderAppend run(boolean allReplicas) {
        return transactional
                ? partition.appendTransactional(records, AppendOrigin.CLIENT, Verification.NONE, allReplicas)
                : partition.append(records, AppendOrigin.CLIENT, allReplicas);
    }
}
