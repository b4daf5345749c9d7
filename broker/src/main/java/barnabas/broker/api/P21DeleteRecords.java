package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import barnabas.protocol.message.DeleteRecordsResponse;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Moves the begin of partitions forward (KIP-107). Readers see that at once; the files go with the next round of
/// retention. The answer waits, up to the request's timeout, for the followers on brokers that are not fenced.
public final class P21DeleteRecords implements BlockingApi<DeleteRecordsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final long HIGH_WATERMARK = -1;
    private static final long NO_OFFSET = -1;

    /// A follower that is fenced meanwhile is not waited for any more, and nothing reports that.
    private static final long LOOK_NANOS = 100_000_000;

    private final LocalPartitions partitions;
    private final ClusterMetadata metadata;
    private final Clock clock;

    public P21DeleteRecords(LocalPartitions partitions, ClusterMetadata metadata, Clock clock) {
        this.partitions = partitions;
        this.metadata = metadata;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DELETE_RECORDS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public boolean waitsForClients() {
        return true;
    }

    @Override
    public ResponseMessage answer(DeleteRecordsRequest request, Call call) throws InterruptedException {
        Deadline deadline = Deadline.inMillis(request.timeoutMs(), clock);
        // A partition that is named again is answered once, as its last mention asks.
        var asked = new LinkedHashMap<String, Map<Integer, DeleteRecordsPartition>>();
        for (DeleteRecordsTopic topic : request.topics()) {
            var ofTopic = asked.computeIfAbsent(topic.name(), _ -> new LinkedHashMap<>());
            for (DeleteRecordsPartition each : topic.partitions()) ofTopic.put(each.partitionIndex(), each);
        }
        var deletions = new ArrayList<Deletion>();
        asked.forEach((name, ofTopic) -> ofTopic.values().forEach(each -> deletions.add(delete(name, each))));
        var topics = new LinkedHashMap<String, List<DeleteRecordsPartitionResult>>();
        for (Deletion each : deletions)
            topics.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(result(each, deadline));
        return DeleteRecordsResponse.builder()
                .topics(topics.entrySet().stream()
                        .map(each -> new DeleteRecordsTopicResult(each.getKey(), each.getValue()))
                        .toList())
                .build();
    }

    /// @param partition null for one that is refused
    /// @param offset that all replicas are to start at or behind
    private record Deletion(
            String topic, @Nullable Partition partition, long offset, DeleteRecordsPartitionResult result) {}

    private Deletion delete(String topic, DeleteRecordsPartition asked) {
        Partition partition = partitions.find(topic, asked.partitionIndex());
        if (partition == null) return failed(topic, asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        if (InternalTopics.contains(topic)) return failed(topic, asked, ErrorCode.INVALID_TOPIC_EXCEPTION);
        if (!partition.isLeader()) return failed(topic, asked, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        // A log that is only compacted keeps the newest record of each key, also the first ones.
        var config = partition.log().config();
        if (config.mirrored() || config.claimed()) return failed(topic, asked, ErrorCode.POLICY_VIOLATION);
        if (config.compaction().compacts() && !config.retention().deletes())
            return failed(topic, asked, ErrorCode.POLICY_VIOLATION);
        long committed = partition.highWatermark();
        long offset = asked.offset() == HIGH_WATERMARK ? committed : asked.offset();
        if (offset < 0 || offset > committed) return failed(topic, asked, ErrorCode.OFFSET_OUT_OF_RANGE);
        if (partition.log().advanceLogStartOffset(offset)) partition.changed();
        long start = partition.log().logStartOffset();
        return new Deletion(topic, partition, offset, result(asked.partitionIndex(), start, ErrorCode.NONE));
    }

    private static Deletion failed(String topic, DeleteRecordsPartition asked, ErrorCode error) {
        return new Deletion(topic, null, NO_OFFSET, result(asked.partitionIndex(), NO_OFFSET, error));
    }

    private static DeleteRecordsPartitionResult result(int index, long lowWatermark, ErrorCode error) {
        return new DeleteRecordsPartitionResult(index, lowWatermark, error.code());
    }

    /// Waits until the replicas have deleted, too.
    private DeleteRecordsPartitionResult result(Deletion deletion, Deadline deadline) throws InterruptedException {
        Partition partition = deletion.partition();
        if (partition == null) return deletion.result();
        int index = deletion.result().partitionIndex();
        Thread self = Thread.currentThread();
        PartitionWatcher watcher = _ -> LockSupport.unpark(self);
        partition.watch(watcher);
        try {
            while (true) {
                if (!partition.isLeader()) return result(index, NO_OFFSET, ErrorCode.NOT_LEADER_OR_FOLLOWER);
                long low = partition.lowWatermark(metadata.current()::isAlive);
                if (low >= deletion.offset()) return result(index, low, ErrorCode.NONE);
                if (deadline.passed())
                    return result(index, deletion.result().lowWatermark(), ErrorCode.REQUEST_TIMED_OUT);
                clock.parkUntil(this, Math.min(deadline.nanos(), clock.nanos() + LOOK_NANOS));
                if (Thread.interrupted()) throw new InterruptedException();
            }
        } finally {
            partition.unwatch(watcher);
        }
    }
}
