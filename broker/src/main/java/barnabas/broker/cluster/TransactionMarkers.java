package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.coordination.Marker;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.log.AppendResult;
import barnabas.log.TransactionMarker;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.records.RecordBatch;
import barnabas.replication.LeaderAppend;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWait;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes markers to the partitions that this broker leads: into the log, or through the group coordinator where
/// committed offsets wait for the end of the transaction.
public final class TransactionMarkers implements PartitionMarkers {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionMarkers.class);
    private static final long COMMIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final ClusterMetadata metadata;
    private final LocalPartitions partitions;
    private final GroupCoordinator groups;
    private final Clock clock;

    public TransactionMarkers(
            ClusterMetadata metadata, LocalPartitions partitions, GroupCoordinator groups, Clock clock) {
        this.metadata = metadata;
        this.partitions = partitions;
        this.groups = groups;
        this.clock = clock;
    }

    /// As the coordinator of a transaction needs it.
    @Override
    public Outcome write(Participant participant, Marker marker) {
        if (metadata.current()
                .partition(participant.topic(), participant.partition())
                .isEmpty()) {
            return Outcome.NOT_NEEDED;
        }
        ErrorCode error = append(participant, marker);
        if (error == ErrorCode.NONE) return Outcome.WRITTEN;
        if (error == ErrorCode.INVALID_PRODUCER_EPOCH) {
            LOG.warn("{} has seen a later epoch than {}: nothing to end", participant, marker.producer());
            return Outcome.NOT_NEEDED;
        }
        LOG.debug("{} takes no marker of {} now: {}", participant, marker.producer(), error);
        return Outcome.TRY_AGAIN;
    }

    /// As WriteTxnMarkers answers it. Waits until the marker is committed.
    public ErrorCode append(Participant participant, Marker marker) {
        if (isOfNoProducer(marker)) {
            boolean exists = metadata.current()
                    .partition(participant.topic(), participant.partition())
                    .isPresent();
            return exists ? ErrorCode.UNKNOWN_SERVER_ERROR : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (participant.topic().equals(InternalTopic.GROUP_OFFSETS.topicName())) {
            return groups.completeTransaction(participant.partition(), marker);
        }
        Partition partition = partitions.find(participant.topic(), participant.partition());
        if (partition == null) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return switch (partition.endTransaction(stored(marker))) {
            case LeaderAppend.Done(AppendResult.Appended appended, int epoch) ->
                WaitErrors.of(partition.await(
                        PartitionWait.Until.COMMITTED,
                        epoch,
                        appended.lastOffset() + 1,
                        clock.nanos() + COMMIT_NANOS_MAX));
            case LeaderAppend.Done(AppendResult refused, int epoch) -> PartitionShardLog.errorOf(refused);
            case LeaderAppend.NotLeader other -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case LeaderAppend.NotEnoughReplicas few -> ErrorCode.NOT_ENOUGH_REPLICAS;
        };
    }

    /// Kafka answers UNKNOWN_SERVER_ERROR to the id -1 and to the epoch -1, and appends markers of other negative ids.
    private static boolean isOfNoProducer(Marker marker) {
        return marker.producer().id() < 0 || marker.producer().epoch() == RecordBatch.NO_PRODUCER_EPOCH;
    }

    static TransactionMarker stored(Marker marker) {
        return new TransactionMarker(
                marker.producer().id(),
                marker.producer().epoch(),
                marker.coordinatorEpoch(),
                marker.commit(),
                marker.transactionVersion());
    }
}
