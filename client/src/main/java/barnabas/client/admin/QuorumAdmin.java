package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.protocol.message.DescribeQuorumResponse.PartitionData;
import barnabas.protocol.message.DescribeQuorumResponse.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Nodes that keep the metadata log, and how far each is (KIP-595).
public final class QuorumAdmin {
    private static final String TOPIC = "__cluster_metadata";

    /// @param leaderId the active controller, -1 without one
    /// @param voters end offsets of the log by node id, -1 when not known
    /// @param observers as `voters`, for nodes that follow without a vote
    public record Quorum(int leaderId, Map<Integer, Long> voters, Map<Integer, Long> observers) {
        /// Records of the leader that a node lacks; -1 when not known.
        public long lag(int nodeId) {
            long end = voters.getOrDefault(leaderId, -1L);
            long own = voters.getOrDefault(nodeId, observers.getOrDefault(nodeId, -1L));
            return end < 0 || own < 0 ? -1 : Math.max(0, end - own);
        }
    }

    private final Cluster cluster;

    public QuorumAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    public Quorum describe() throws ClientException {
        PartitionData log = log();
        return new Quorum(log.leaderId(), ends(log.currentVoters()), ends(log.observers()));
    }

    /// The metadata log as the answer has it.
    public PartitionData log() throws ClientException {
        var partition = new DescribeQuorumRequest.PartitionData(0);
        var request = DescribeQuorumRequest.builder()
                .topics(List.of(new DescribeQuorumRequest.TopicData(TOPIC, List.of(partition))))
                .build();
        return cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.any().call(request, DescribeQuorumResponse.class);
            TopicAdmin.check("describe the quorum", response.errorCode(), response.errorMessage());
            for (var topic : response.topics()) {
                for (PartitionData each : topic.partitions()) {
                    TopicAdmin.check("describe the quorum", each.errorCode(), each.errorMessage());
                    return each;
                }
            }
            throw TopicAdmin.missing("describe the quorum");
        });
    }

    private static Map<Integer, Long> ends(List<ReplicaState> states) {
        var ends = new TreeMap<Integer, Long>();
        for (ReplicaState each : states) ends.put(each.replicaId(), each.logEndOffset());
        return ends;
    }
}
