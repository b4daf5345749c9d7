package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.coordination.Marker;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.Participant;
import barnabas.log.AppendResult;
import barnabas.log.TransactionMarker;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.records.RecordBatch;
import barnabas.replication.LeaderAppend;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWait;
import barnabas.replication.WaitOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes markers to the partitions that this broker leads: into the log, or through the group coordinator where
/// committed offsets wait for the end of the transaction.
public final class TransactionMarkers {
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

    /// A marker in the log that is not committed yet.
    private record Written(Participant participant, Partition partition, int leaderEpoch, long endOffset) {}

    /// Appends a marker to several partitions and waits until it is committed in all of them.
    ///
    /// @return an error for each participant, as WriteTxnMarkers answers it
    public Map<Participant, ErrorCode> append(Collection<Participant> participants, Marker marker) {
        var errors = new HashMap<Participant, ErrorCode>();
        var written = new ArrayList<Written>();
        for (Participant each : participants) {
            ErrorCode error = append(each, marker, written);
            if (error != null) errors.put(each, error);
        }
        long deadline = clock.nanos() + COMMIT_NANOS_MAX;
        for (Written each : written) {
            WaitOutcome outcome =
                    each.partition.await(PartitionWait.Until.COMMITTED, each.leaderEpoch, each.endOffset, deadline);
            errors.put(each.participant, WaitErrors.of(outcome));
        }
        return errors;
    }

    /// Null when the marker is one of `written` now.
    private @Nullable ErrorCode append(Participant participant, Marker marker, List<Written> written) {
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
        // its records are another cluster's now: nothing to end
        if (partition.log().config().mirrored()) return ErrorCode.INVALID_PRODUCER_EPOCH;
        return switch (partition.endTransaction(stored(marker))) {
            case LeaderAppend.Done(AppendResult.Appended appended, int epoch) -> {
                written.add(new Written(participant, partition, epoch, appended.lastOffset() + 1));
                yield null;
            }
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
