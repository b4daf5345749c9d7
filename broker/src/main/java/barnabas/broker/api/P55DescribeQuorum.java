package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.log.QuorumLeader;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.protocol.message.DescribeQuorumResponse.Listener;
import barnabas.protocol.message.DescribeQuorumResponse.Node;
import barnabas.protocol.message.DescribeQuorumResponse.PartitionData;
import barnabas.protocol.message.DescribeQuorumResponse.ReplicaState;
import barnabas.protocol.message.DescribeQuorumResponse.TopicData;
import java.util.ArrayList;
import java.util.List;

/// Returns leader and voters of the metadata log (KIP-595, KIP-836). This node leads it alone, so its copy is
/// always the newest.
public final class P55DescribeQuorum implements Api<DescribeQuorumRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);

    private static final String METADATA_TOPIC = "__cluster_metadata";
    /// Voters with their directories and end points (KIP-853).
    private static final short NODES_SINCE = 2;

    private final ClusterMetadata metadata;
    private final Clock clock;

    public P55DescribeQuorum(ClusterMetadata metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_QUORUM;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(DescribeQuorumRequest request, Call call) {
        var topics = new ArrayList<TopicData>();
        boolean known = false;
        for (DescribeQuorumRequest.TopicData topic : request.topics()) {
            var partitions = new ArrayList<PartitionData>();
            for (DescribeQuorumRequest.PartitionData asked : topic.partitions()) {
                // Once: an answer lists all voters.
                if (known && asked.partitionIndex() == 0 && topic.topicName().equals(METADATA_TOPIC)) continue;
                boolean found = topic.topicName().equals(METADATA_TOPIC) && asked.partitionIndex() == 0;
                partitions.add(found ? describe() : unknown(asked.partitionIndex()));
                known |= found;
            }
            topics.add(new TopicData(topic.topicName(), partitions));
        }
        var response = DescribeQuorumResponse.builder().topics(topics);
        if (known && call.version() >= NODES_SINCE) response.nodes(nodes());
        call.answer(response.build());
    }

    private PartitionData describe() {
        QuorumLeader leadership = metadata.leadership();
        long end = metadata.current().position().offset() + 1;
        long now = clock.millis();
        List<ReplicaState> voters = metadata.voters().stream()
                .map(voter -> ReplicaState.builder()
                        .replicaId(voter.nodeId())
                        .replicaDirectoryId(voter.directoryId())
                        .logEndOffset(end)
                        .lastFetchTimestamp(now)
                        .lastCaughtUpTimestamp(now)
                        .build())
                .toList();
        return PartitionData.builder()
                .partitionIndex(0)
                .leaderId(leadership.leaderId())
                .leaderEpoch(leadership.epoch())
                .highWatermark(end)
                .currentVoters(voters)
                .build();
    }

    private static PartitionData unknown(int index) {
        return PartitionData.builder()
                .partitionIndex(index)
                .errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code())
                .errorMessage("This server does not host this topic-partition.")
                .build();
    }

    private List<Node> nodes() {
        return metadata.voters().stream()
                .map(voter -> new Node(
                        voter.nodeId(),
                        voter.endpoints().stream()
                                .map(each -> new Listener(each.listener(), each.host(), each.port()))
                                .toList()))
                .toList();
    }
}
