package barnabas.broker.api;

import barnabas.broker.fetch.DiskPool;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.log.TimestampedOffset;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import barnabas.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Finds offsets by time. May read index and log files, so it runs on a virtual thread.
public final class P02ListOffsets implements BlockingApi<ListOffsetsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final byte READ_UNCOMMITTED = 0;
    private static final byte READ_COMMITTED = 1;
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    /// KIP-734
    private static final long MAX_TIMESTAMP = -3;
    /// KIP-405: the earliest offset on this broker's own disk.
    private static final long EARLIEST_LOCAL = -4;
    /// KIP-1005: the last offset in tiered storage.
    private static final long LATEST_TIERED = -5;
    /// KIP-1023: the first offset that is not in tiered storage yet.
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    /// Replica id of tools that compare replicas: a follower answers too, with the end of its log.
    private static final int ANY_REPLICA = -2;

    /// A client that knows no leader epoch; any other negative one is an old one.
    private static final int NO_EPOCH = -1;

    private static final short NOT_AVAILABLE_SINCE = 5;
    private static final short LEADER_EPOCH_SINCE = 4;
    private static final short MAX_TIMESTAMP_SINCE = 7;
    private static final short EARLIEST_LOCAL_SINCE = 8;
    private static final short LATEST_TIERED_SINCE = 9;
    private static final short EARLIEST_PENDING_UPLOAD_SINCE = 11;

    private final LocalPartitions partitions;
    private final KnownLeaders leaders;
    private final DiskPool disk;

    /// @param disk searches by time
    public P02ListOffsets(LocalPartitions partitions, KnownLeaders leaders, DiskPool disk) {
        this.partitions = partitions;
        this.leaders = leaders;
        this.disk = disk;
    }

    @Override
    public ApiKey key() {
        return ApiKey.LIST_OFFSETS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ListOffsetsRequest request, Call call) {
        return needsDisk(request) ? disk.call(() -> find(request, call)) : find(request, call);
    }

    private static boolean needsDisk(ListOffsetsRequest request) {
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition asked : topic.partitions()) {
                if (asked.timestamp() >= 0 || asked.timestamp() == MAX_TIMESTAMP) return true;
            }
        }
        return false;
    }

    private ListOffsetsResponse find(ListOffsetsRequest request, Call call) {
        var topics = new ArrayList<ListOffsetsTopicResponse>();
        boolean unknownIsolation =
                request.isolationLevel() != READ_UNCOMMITTED && request.isolationLevel() != READ_COMMITTED;
        Set<TopicPartition> repeated = repeated(request);
        var answered = new HashSet<TopicPartition>();
        for (ListOffsetsTopic topic : request.topics()) {
            var answers = new ArrayList<ListOffsetsPartitionResponse>();
            for (ListOffsetsPartition asked : topic.partitions()) {
                var partition = new TopicPartition(topic.name(), asked.partitionIndex());
                if (!answered.add(partition)) continue;
                ListOffsetsPartitionResponse answer = unknownIsolation || repeated.contains(partition)
                        ? failed(asked, ErrorCode.INVALID_REQUEST)
                        : asked.timestamp() < lowestTimestamp(call.version())
                                ? failed(asked, ErrorCode.UNSUPPORTED_VERSION)
                                : find(topic.name(), asked, request, call.version());
                answers.add(call.version() >= LEADER_EPOCH_SINCE ? answer : withoutLeaderEpoch(answer));
            }
            if (answers.isEmpty() && !topic.partitions().isEmpty()) continue;
            topics.add(new ListOffsetsTopicResponse(topic.name(), answers));
        }
        return ListOffsetsResponse.builder().topics(topics).build();
    }

    /// Partitions that the request has more than once, which says nothing that could be answered.
    private static Set<TopicPartition> repeated(ListOffsetsRequest request) {
        var seen = new HashSet<TopicPartition>();
        var repeated = new HashSet<TopicPartition>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition each : topic.partitions()) {
                var partition = new TopicPartition(topic.name(), each.partitionIndex());
                if (!seen.add(partition)) repeated.add(partition);
            }
        }
        return repeated;
    }

    private static ListOffsetsPartitionResponse withoutLeaderEpoch(ListOffsetsPartitionResponse answer) {
        return answer.toBuilder().leaderEpoch(-1).build();
    }

    /// The lowest of the times with a meaning of their own that a version has.
    private static long lowestTimestamp(short version) {
        if (version >= EARLIEST_PENDING_UPLOAD_SINCE) return EARLIEST_PENDING_UPLOAD;
        if (version >= LATEST_TIERED_SINCE) return LATEST_TIERED;
        if (version >= EARLIEST_LOCAL_SINCE) return EARLIEST_LOCAL;
        return version >= MAX_TIMESTAMP_SINCE ? MAX_TIMESTAMP : EARLIEST;
    }

    private ListOffsetsPartitionResponse find(
            String topic, ListOffsetsPartition asked, ListOffsetsRequest request, short version) {
        Partition partition = partitions.find(topic, asked.partitionIndex());
        if (partition == null)
            return failed(asked, leaders.absent(KnownLeaders.Named.byName(topic, asked.partitionIndex())));
        if (partition.log().failure().isPresent()) return failed(asked, ErrorCode.KAFKA_STORAGE_ERROR);
        boolean anyReplica = request.replicaId() == ANY_REPLICA;
        // the epoch first, as in Kafka: a client may know of a leader before this broker does
        int epoch = partition.leaderEpoch();
        if (asked.currentLeaderEpoch() != NO_EPOCH && asked.currentLeaderEpoch() < epoch) {
            return failed(asked, ErrorCode.FENCED_LEADER_EPOCH);
        }
        if (asked.currentLeaderEpoch() > epoch) return failed(asked, ErrorCode.UNKNOWN_LEADER_EPOCH);
        if (!partition.isLeader() && !anyReplica) return failed(asked, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        PartitionLog log = partition.log();
        boolean readCommitted = request.isolationLevel() == READ_COMMITTED;
        long committed = readCommitted ? partition.lastStableOffset() : partition.highWatermark();
        // a follower reads up to the end of the log
        boolean ofReplica = request.replicaId() >= 0 || anyReplica;
        long end = ofReplica ? log.logEndOffset() : committed;
        if (!ofReplica && isEndUnknown(partition, asked.timestamp()))
            return failed(
                    asked,
                    version >= NOT_AVAILABLE_SINCE ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.LEADER_NOT_AVAILABLE);
        try {
            if (asked.timestamp() == LATEST) return found(asked, end, -1, epoch);
            if (asked.timestamp() == EARLIEST || asked.timestamp() == EARLIEST_LOCAL) {
                long start = log.logStartOffset();
                return found(asked, start, -1, log.leaderEpochAt(start).orElse(-1));
            }
            if (asked.timestamp() == MAX_TIMESTAMP) {
                return found(asked, log.maxTimestamp().filter(latest -> latest.offset() < end));
            }
            // Nothing is in tiered storage: Kafka answers that there is no such offset.
            if (asked.timestamp() == LATEST_TIERED || asked.timestamp() == EARLIEST_PENDING_UPLOAD) {
                return found(asked, -1, -1, -1);
            }
            return found(asked, log.firstOffsetAtOrAfter(asked.timestamp(), end));
        } catch (IOException e) {
            return failed(asked, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    /// A new leader learns from its followers how far the records of earlier epochs are committed. Until then the
    /// end that it knows may lie before records that consumers have read (KIP-207).
    private static boolean isEndUnknown(Partition partition, long timestamp) {
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) return false;
        long epochStart =
                partition.log().endOffsetOf(partition.leaderEpoch() - 1).endOffset();
        return epochStart > partition.highWatermark();
    }

    private static ListOffsetsPartitionResponse found(
            ListOffsetsPartition asked, Optional<TimestampedOffset> position) {
        return position.map(at -> found(asked, at.offset(), at.timestampMillis(), at.leaderEpoch()))
                .orElseGet(() -> found(asked, -1, -1, -1));
    }

    private static ListOffsetsPartitionResponse found(
            ListOffsetsPartition asked, long offset, long timestampMillis, int leaderEpoch) {
        return new ListOffsetsPartitionResponse(
                asked.partitionIndex(), ErrorCode.NONE.code(), timestampMillis, offset, leaderEpoch);
    }

    private static ListOffsetsPartitionResponse failed(ListOffsetsPartition asked, ErrorCode error) {
        return new ListOffsetsPartitionResponse(asked.partitionIndex(), error.code(), -1, -1, -1);
    }
}
