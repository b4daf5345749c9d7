package barnabas.cli.balance;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.LogAdmin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Replicas of a cluster at one time.
///
/// @param racks of the brokers that run, by id; empty for a broker without one
/// @param cordoned those of them that take no new replicas, as after a drain
/// @param partitions in the order of their names
public record Placement(SortedMap<Integer, String> racks, Set<Integer> cordoned, List<Held> partitions) {
    private static final String ALL = "*";

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
        var cordoned = new HashSet<Integer>();
        var sizes = new HashMap<TopicPartition, Long>();
        for (ClusterMetadata.Broker broker : metadata.brokers().values()) {
            String rack = broker.rack();
            racks.put(broker.id(), rack == null ? "" : rack);
            if (isCordoned(cluster, broker.id())) cordoned.add(broker.id());
            sizes(cluster, broker.id()).forEach((partition, bytes) -> sizes.merge(partition, bytes, Math::max));
        }
        var partitions = new ArrayList<Held>();
        for (ClusterMetadata.Topic topic : metadata.topics().values())
            for (ClusterMetadata.Partition each : topic.partitions()) {
                var name = new TopicPartition(topic.name(), each.index());
                partitions.add(new Held(name, each.replicas(), each.leaderId(), sizes.getOrDefault(name, 0L)));
            }
        return new Placement(racks, cordoned, List.copyOf(partitions));
    }

    /// Whether all directories of a broker are cordoned (KIP-1066). One that does not answer counts as open: the
    /// controller refuses what it should not get.
    private static boolean isCordoned(Cluster cluster, int brokerId) {
        try {
            String value = new ConfigAdmin(cluster).value(brokerId, ListedNode.CORDONED);
            List<String> named =
                    Arrays.stream(value.split(",")).map(String::strip).toList();
            if (named.contains(ALL)) return true;
            List<LogAdmin.Directory> all = new LogAdmin(cluster).directories(brokerId);
            return !all.isEmpty() && all.stream().allMatch(each -> named.contains(each.path()));
        } catch (ClientException e) {
            return false;
        }
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
