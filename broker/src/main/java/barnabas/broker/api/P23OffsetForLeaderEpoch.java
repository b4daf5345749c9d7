package barnabas.broker.api;

import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.log.EpochEndOffset;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.OffsetForLeaderEpochRequest;
import barnabas.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import barnabas.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import barnabas.protocol.message.OffsetForLeaderEpochResponse;
import barnabas.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import barnabas.replication.EpochEnds;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.ArrayList;

/// Returns the end offset of a leader epoch (KIP-101, KIP-320): with it a reader notices that records it has read
/// were truncated.
public final class P23OffsetForLeaderEpoch implements Api<OffsetForLeaderEpochRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    /// A client that knows no leader epoch; any other negative one is an old one.
    private static final int NO_EPOCH = -1;

    private final LocalPartitions partitions;
    private final KnownLeaders leaders;

    public P23OffsetForLeaderEpoch(LocalPartitions partitions, KnownLeaders leaders) {
        this.partitions = partitions;
        this.leaders = leaders;
    }

    @Override
    public ApiKey key() {
        return ApiKey.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(OffsetForLeaderEpochRequest request, Call call) {
        var topics = new ArrayList<OffsetForLeaderTopicResult>();
        for (OffsetForLeaderTopic topic : request.topics()) {
            var results = topic.partitions().stream()
                    .map(asked -> find(topic.topic(), asked))
                    .toList();
            topics.add(new OffsetForLeaderTopicResult(topic.topic(), results));
        }
        call.answer(OffsetForLeaderEpochResponse.builder().topics(topics).build());
    }

    private OffsetForLeaderEpochResponse.EpochEndOffset find(String topic, OffsetForLeaderPartition asked) {
        Partition partition = partitions.find(topic, asked.partition());
        if (partition == null)
            return failed(asked, leaders.absent(KnownLeaders.Named.byName(topic, asked.partition())));
        // the epoch first, as in Kafka: a client may know of a leader before this broker does
        int epoch = partition.leaderEpoch();
        if (asked.currentLeaderEpoch() != NO_EPOCH && asked.currentLeaderEpoch() < epoch) {
            return failed(asked, ErrorCode.FENCED_LEADER_EPOCH);
        }
        if (asked.currentLeaderEpoch() > epoch) return failed(asked, ErrorCode.UNKNOWN_LEADER_EPOCH);
        if (!partition.isLeader()) return failed(asked, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        EpochEndOffset end = EpochEnds.of(partition, asked.leaderEpoch());
        return new OffsetForLeaderEpochResponse.EpochEndOffset(
                ErrorCode.NONE.code(), asked.partition(), end.leaderEpoch(), end.endOffset());
    }

    private static OffsetForLeaderEpochResponse.EpochEndOffset failed(OffsetForLeaderPartition asked, ErrorCode error) {
        return new OffsetForLeaderEpochResponse.EpochEndOffset(
                error.code(),
                asked.partition(),
                EpochEndOffset.UNDEFINED.leaderEpoch(),
                EpochEndOffset.UNDEFINED.endOffset());
    }
}
