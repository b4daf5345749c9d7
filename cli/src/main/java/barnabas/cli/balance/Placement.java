package barnabas.cli.balance;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Replicas of a cluster at one time.
///
/// @param racks of the brokers that run, by id; empty for a broker without one
/// @param partitions in the order of their names
public record Placement(SortedMap<Integer, String> racks, List<Held> partitions) {
    /// A partition.
    ///
    /// @param leader -1 for none
    /// @param bytes of one replica, the largest that is known
    public record Held(TopicPartition partition, List<Integer> replicas, int leader, long bytes) {}

    /// Asks the cluster. Sizes on a broker that does not answer are those of other replicas.
    public static Placement of(Cluster cluster) throws ClientException {
        cluster.refresh(null, false);
        ClusterMetadata metadata = cluster.metadata();
        var racks = new TreeMap<Integer, String>();
        var sizes = new HashMap<TopicPartition, Long>();
        for (ClusterMetadata.Broker broker : metadata.brokers().values()) {
            String rack = broker.rack();
            racks.put(broker.id(), rack == null ? "" : rack);
            sizes(cluster, broker.id()).forEach((partition, bytes) -> sizes.merge(partition, bytes, Math::max));
        }
        var partitions = new ArrayList<Held>();
        for (ClusterMetadata.Topic topic : metadata.topics().values())
            for (ClusterMetadata.Partition each : topic.partitions()) {
                var name = new TopicPartition(topic.name(), each.index());
                partitions.add(new Held(name, each.replicas(), each.leaderId(), sizes.getOrDefault(name, 0L)));
            }
        return new Placement(racks, List.copyOf(partitions));
    }

    /// Sizes of a broker's replicas; empty when it does not answer.
    static Map<TopicPartition, Long> sizes(Cluster cluster, int brokerId) {
        var sizes = new HashMap<TopicPartition, Long>();
        try {
            for (LogAdmin.Directory each : new LogAdmin(cluster).directories(brokerId)) sizes.putAll(each.partitions());
        } catch (ClientException e) {
            return Map.of();
        }
        return sizes;
    }

    /// Partitions with a replica on the broker.
    public List<Held> on(int brokerId) {
        return partitions.stream()
                .filter(each -> each.replicas().contains(brokerId))
                .toList();
    }
}
