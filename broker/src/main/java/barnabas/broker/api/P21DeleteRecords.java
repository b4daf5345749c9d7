package barnabas.broker.api;

import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import barnabas.protocol.message.DeleteRecordsResponse;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// Moves the begin of partitions forward (KIP-107). Readers see that at once; the files go with the next round of
/// retention.
public final class P21DeleteRecords implements Api<DeleteRecordsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final long HIGH_WATERMARK = -1;
    private static final long NO_OFFSET = -1;

    private final LocalPartitions partitions;

    public P21DeleteRecords(LocalPartitions partitions) {
        this.partitions = partitions;
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
    public void handle(DeleteRecordsRequest request, Call call) {
        // A partition that is named again is answered once, as its last mention asks.
        var asked = new LinkedHashMap<String, Map<Integer, DeleteRecordsPartition>>();
        for (DeleteRecordsTopic topic : request.topics()) {
            var ofTopic = asked.computeIfAbsent(topic.name(), _ -> new LinkedHashMap<>());
            for (DeleteRecordsPartition each : topic.partitions()) ofTopic.put(each.partitionIndex(), each);
        }
        var topics = new ArrayList<DeleteRecordsTopicResult>();
        asked.forEach((name, ofTopic) -> topics.add(new DeleteRecordsTopicResult(
                name, ofTopic.values().stream().map(each -> delete(name, each)).toList())));
        call.answer(DeleteRecordsResponse.builder().topics(topics).build());
    }

    private DeleteRecordsPartitionResult delete(String topic, DeleteRecordsPartition asked) {
        Partition partition = partitions.find(topic, asked.partitionIndex());
        if (partition == null) return failed(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        if (InternalTopics.contains(topic)) return failed(asked, ErrorCode.INVALID_TOPIC_EXCEPTION);
        if (!partition.isLeader()) return failed(asked, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        // A log that is only compacted keeps the newest record of each key, also the first ones.
        var config = partition.log().config();
        if (config.mirrored()) return failed(asked, ErrorCode.POLICY_VIOLATION);
        if (config.compaction().compacts() && !config.retention().deletes()) {
            return failed(asked, ErrorCode.POLICY_VIOLATION);
        }
        long committed = partition.highWatermark();
        long offset = asked.offset() == HIGH_WATERMARK ? committed : asked.offset();
        if (offset < 0 || offset > committed) return failed(asked, ErrorCode.OFFSET_OUT_OF_RANGE);
        if (partition.log().advanceLogStartOffset(offset)) partition.changed();
        return new DeleteRecordsPartitionResult(
                asked.partitionIndex(), partition.log().logStartOffset(), ErrorCode.NONE.code());
    }

    private static DeleteRecordsPartitionResult failed(DeleteRecordsPartition asked, ErrorCode error) {
        return new DeleteRecordsPartitionResult(asked.partitionIndex(), NO_OFFSET, error.code());
    }
}
