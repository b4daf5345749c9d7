package barnabas.broker.produce;

import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.leaders.KnownLeaders.Named;
import barnabas.broker.request.Call;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import java.util.ArrayList;
import java.util.List;

/// Present leaders in answers to producers that have asked another broker, so that they need not look for them
/// (KIP-951).
public final class CurrentLeaders {
    /// Version from which requests name topics by their ids.
    public static final short TOPIC_IDS_SINCE = 13;

    private CurrentLeaders() {}

    /// Whether a partition is led by another broker.
    public static boolean areWanted(List<PartitionProduceResponse> partitions) {
        for (PartitionProduceResponse each : partitions)
            if (each.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code()) return true;
        return false;
    }

    /// The answers, with the leaders of the partitions that others lead.
    ///
    /// @param addresses takes the addresses of these leaders
    public static List<PartitionProduceResponse> named(
            KnownLeaders leaders,
            TopicProduceData topic,
            List<PartitionProduceResponse> partitions,
            KnownLeaders.Addresses addresses,
            Call call) {
        var named = new ArrayList<PartitionProduceResponse>(partitions.size());
        for (PartitionProduceResponse each : partitions) {
            if (each.errorCode() != ErrorCode.NOT_LEADER_OR_FOLLOWER.code()) {
                named.add(each);
                continue;
            }
            KnownLeaders.Leader leader = leaders.leader(
                    place(topic, each.index(), call), call.connection().listenerName(), addresses);
            named.add(each.toBuilder()
                    .currentLeader(new LeaderIdAndEpoch(leader.id(), leader.epoch()))
                    .build());
        }
        return named;
    }

    /// The partition as the request names it.
    public static Named place(TopicProduceData topic, int index, Call call) {
        return call.version() >= TOPIC_IDS_SINCE
                ? Named.byId(topic.topicId(), index)
                : Named.byName(topic.name(), index);
    }
}
