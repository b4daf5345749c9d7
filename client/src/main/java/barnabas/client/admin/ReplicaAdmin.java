package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UnregisterBrokerResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Replicas on other brokers (KIP-455), their leaders, and brokers that leave.
public final class ReplicaAdmin {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final byte PREFERRED = 0;

    private final Cluster cluster;

    public ReplicaAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Begins reassignments; all are asked for in one request.
    ///
    /// @param replicas of each partition, the preferred leader first
    /// @throws RequestFailedException for the first partition that is refused; others may have begun
    public void reassign(Map<TopicPartition, List<Integer>> replicas) throws ClientException {
        var byTopic = new TreeMap<String, List<ReassignablePartition>>();
        replicas.forEach((partition, each) -> byTopic.computeIfAbsent(partition.topic(), _ -> new ArrayList<>())
                .add(new ReassignablePartition(partition.partition(), each)));
        alter(byTopic, null);
    }

    /// Cancels reassignments; those that are over stay.
    public void cancel(Collection<TopicPartition> partitions) throws ClientException {
        var byTopic = new TreeMap<String, List<ReassignablePartition>>();
        for (TopicPartition each : partitions)
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>())
                    .add(new ReassignablePartition(each.partition(), null));
        alter(byTopic, ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
    }

    /// @param harmless an error that changes nothing; null for none
    private void alter(Map<String, List<ReassignablePartition>> byTopic, @Nullable ErrorCode harmless)
            throws ClientException {
        var topics = new ArrayList<ReassignableTopic>();
        byTopic.forEach((name, partitions) -> topics.add(new ReassignableTopic(name, partitions)));
        var request = AlterPartitionReassignmentsRequest.builder()
                .timeoutMs(TIMEOUT_MILLIS)
                .topics(topics)
                .build();
        cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.any().call(request, AlterPartitionReassignmentsResponse.class);
            TopicAdmin.check("reassign replicas", response.errorCode(), response.errorMessage());
            for (var topic : response.responses())
                for (var each : topic.partitions())
                    if (harmless == null || each.errorCode() != harmless.code())
                        TopicAdmin.check(
                                "reassign " + topic.name() + "-" + each.partitionIndex(),
                                each.errorCode(),
                                each.errorMessage());
            return true;
        });
    }

    /// Partitions that are being reassigned.
    public Set<TopicPartition> ongoing() throws ClientException {
        var request = ListPartitionReassignmentsRequest.builder()
                .timeoutMs(TIMEOUT_MILLIS)
                .topics(null)
                .build();
        return cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.any().call(request, ListPartitionReassignmentsResponse.class);
            TopicAdmin.check("list reassignments", response.errorCode(), response.errorMessage());
            var found = new HashSet<TopicPartition>();
            for (var topic : response.topics())
                for (var each : topic.partitions()) found.add(new TopicPartition(topic.name(), each.partitionIndex()));
            return found;
        });
    }

    /// Has the first replicas lead where they are in sync; others are left as they are.
    public void electPreferred(Collection<TopicPartition> partitions) throws ClientException {
        var byTopic = new TreeMap<String, List<Integer>>();
        for (TopicPartition each : partitions)
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each.partition());
        var topics = new ArrayList<ElectLeadersRequest.TopicPartitions>();
        byTopic.forEach((name, indexes) -> topics.add(new ElectLeadersRequest.TopicPartitions(name, indexes)));
        var request = new ElectLeadersRequest(PREFERRED, topics, TIMEOUT_MILLIS);
        cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.any().call(request, ElectLeadersResponse.class);
            TopicAdmin.check("elect preferred leaders", response.errorCode(), null);
            return true;
        });
    }

    /// Removes a broker from the cluster's list.
    public void unregister(int brokerId) throws ClientException {
        cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.any().call(new UnregisterBrokerRequest(brokerId), UnregisterBrokerResponse.class);
            TopicAdmin.check("unregister broker " + brokerId, response.errorCode(), response.errorMessage());
            return true;
        });
    }
}
