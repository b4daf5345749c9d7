package barnabas.cli.cluster;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin;
import barnabas.client.admin.QuorumAdmin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// State of a cluster's nodes and partitions at one time.
///
/// @param controllerId the active controller, -1 without one
/// @param nodes by id: brokers, voters, and brokers that partitions name as replicas
/// @param partitions number of all partitions
/// @param offline partitions without a leader, in order
/// @param underReplicated partitions with a leader and fewer in-sync replicas than replicas, in order
public record ClusterPicture(
        String clusterId,
        int controllerId,
        List<NodeState> nodes,
        int topics,
        int partitions,
        List<Troubled> offline,
        List<Troubled> underReplicated) {
    /// @param address null for a node that is no broker, or down
    /// @param lag records that the followers on this node lack altogether; null when unknown
    /// @param metadataLag records of the metadata log that this node lacks; null when unknown
    /// @param bytes of its logs; null when the node does not answer
    public record NodeState(
            int id,
            @Nullable String address,
            String role,
            int leaders,
            int replicas,
            int outOfSync,
            @Nullable Long lag,
            @Nullable Long metadataLag,
            @Nullable Long bytes,
            @Nullable Long usableBytes) {}

    /// A partition that lacks replicas.
    ///
    /// @param lacking replicas that are not in sync
    public record Troubled(TopicPartition partition, int leaderId, List<Integer> inSync, List<Integer> lacking) {}

    /// Counts of one node's replicas.
    private static final class Counts {
        int leaders;
        int replicas;
        int outOfSync;
    }

    public static ClusterPicture of(Cluster cluster) throws ClientException {
        QuorumAdmin.Quorum quorum = new QuorumAdmin(cluster).describe();
        cluster.refresh(null, false);
        ClusterMetadata metadata = cluster.metadata();
        var counts = new HashMap<Integer, Counts>();
        var replicas = new HashMap<Integer, Set<TopicPartition>>();
        var offline = new ArrayList<Troubled>();
        var underReplicated = new ArrayList<Troubled>();
        int partitions = 0;
        for (ClusterMetadata.Topic topic : metadata.topics().values()) {
            for (ClusterMetadata.Partition each : topic.partitions()) {
                var name = new TopicPartition(topic.name(), each.index());
                partitions++;
                count(each, counts);
                for (int replica : each.replicas())
                    replicas.computeIfAbsent(replica, _ -> new HashSet<>()).add(name);
                List<Integer> lacking = each.replicas().stream()
                        .filter(replica -> !each.inSyncReplicas().contains(replica))
                        .toList();
                var troubled = new Troubled(name, each.leaderId(), each.inSyncReplicas(), lacking);
                if (each.leaderId() < 0) offline.add(troubled);
                else if (!lacking.isEmpty()) underReplicated.add(troubled);
            }
        }
        var ends = ends(cluster, metadata, replicas);
        var ids = new TreeSet<>(metadata.brokers().keySet());
        ids.addAll(quorum.voters().keySet());
        ids.addAll(counts.keySet());
        var nodes = new ArrayList<NodeState>();
        for (int id : ids)
            nodes.add(node(
                    id, cluster, metadata, quorum, counts.getOrDefault(id, new Counts()), lag(id, metadata, ends)));
        return new ClusterPicture(
                metadata.clusterId(),
                quorum.leaderId(),
                List.copyOf(nodes),
                metadata.topics().size(),
                partitions,
                List.copyOf(offline),
                List.copyOf(underReplicated));
    }

    private static void count(ClusterMetadata.Partition partition, Map<Integer, Counts> counts) {
        for (int replica : partition.replicas()) {
            Counts of = counts.computeIfAbsent(replica, _ -> new Counts());
            of.replicas++;
            if (replica == partition.leaderId()) of.leaders++;
            if (!partition.inSyncReplicas().contains(replica)) of.outOfSync++;
        }
    }

    /// Ends of logs by node; a node that does not answer is left out.
    private static Map<Integer, Map<TopicPartition, Long>> ends(
            Cluster cluster, ClusterMetadata metadata, Map<Integer, Set<TopicPartition>> replicas) {
        var ends = new TreeMap<Integer, Map<TopicPartition, Long>>();
        replicas.forEach((id, partitions) -> {
            if (!metadata.brokers().containsKey(id)) return;
            try {
                ends.put(id, Offsets.logEnds(cluster, id, partitions));
            } catch (ClientException e) {
                // shown as unknown
            }
        });
        return ends;
    }

    /// The sum over the partitions that the node follows and whose leader is known; null when the node says nothing.
    private static @Nullable Long lag(
            int nodeId, ClusterMetadata metadata, Map<Integer, Map<TopicPartition, Long>> ends) {
        Map<TopicPartition, Long> own = ends.get(nodeId);
        if (own == null) return metadata.brokers().containsKey(nodeId) ? 0L : null;
        long lag = 0;
        for (var each : own.entrySet()) {
            ClusterMetadata.Topic topic = metadata.topics().get(each.getKey().topic());
            if (topic == null) continue;
            int leader = topic.partitions().get(each.getKey().partition()).leaderId();
            long end = ends.getOrDefault(leader, Map.of()).getOrDefault(each.getKey(), each.getValue());
            lag += Math.max(0, end - each.getValue());
        }
        return lag;
    }

    private static NodeState node(
            int id,
            Cluster cluster,
            ClusterMetadata metadata,
            QuorumAdmin.Quorum quorum,
            Counts counts,
            @Nullable Long lag) {
        ClusterMetadata.Broker broker = metadata.brokers().get(id);
        long metadataLag = quorum.lag(id);
        Long bytes = null;
        Long usable = null;
        if (broker != null) {
            try {
                List<LogAdmin.Directory> directories = new LogAdmin(cluster).directories(id);
                bytes = directories.stream()
                        .mapToLong(LogAdmin.Directory::bytes)
                        .sum();
                usable = directories.stream()
                        .mapToLong(LogAdmin.Directory::usableBytes)
                        .min()
                        .orElse(-1);
            } catch (ClientException e) {
                // shown as unknown
            }
        }
        String role = id == quorum.leaderId() ? "controller" : quorum.voters().containsKey(id) ? "voter" : "broker";
        return new NodeState(
                id,
                broker == null ? null : broker.address().toString(),
                role,
                counts.leaders,
                counts.replicas,
                counts.outOfSync,
                lag,
                metadataLag < 0 ? null : metadataLag,
                bytes,
                usable == null || usable < 0 ? null : usable);
    }
}
