package barnabas.cli.migrate;

import barnabas.client.TopicPartition;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// State of a cluster at one time, as far as a migration depends on it.
///
/// @param leaderId the active controller, -1 without one
/// @param voters by node id, whether the voter follows the metadata log
/// @param nodes by id: brokers, voters, and brokers that partitions name as replicas
/// @param features finalized levels; a feature that is missing is at level 0
/// @param partitions all of them, in order
/// @param reassigning partitions whose replicas are being moved
/// @param unservedGroups groups of kinds that Barnabas does not serve, each with its kind
public record ClusterView(
        String clusterId,
        int leaderId,
        Map<Integer, Boolean> voters,
        List<Node> nodes,
        Map<String, Short> features,
        List<Partition> partitions,
        Set<TopicPartition> reassigning,
        List<String> unservedGroups) {

    /// @param address null for a node that is no broker, or down
    /// @param software null when it cannot be seen
    /// @param settings what is set in the node's file; secrets are missing
    /// @param secrets names that are set in the node's file and whose values cannot be read
    public record Node(
            int id,
            @Nullable String address,
            @Nullable Software software,
            Map<String, String> settings,
            Set<String> secrets) {
        /// A node that is no broker, or does not run.
        static Node unseen(int id) {
            return new Node(id, null, null, Map.of(), Set.of());
        }
    }

    /// @param leaderId -1 without one
    /// @param minInSync `min.insync.replicas` of the topic
    public record Partition(
            TopicPartition name, int leaderId, List<Integer> replicas, List<Integer> inSync, int minInSync) {}

    /// `metadata.version` by its name where it is known.
    public String release() {
        return text(FeaturesImage.METADATA_VERSION, features.getOrDefault(FeaturesImage.METADATA_VERSION, (short) 0));
    }

    /// A level of a feature; `metadata.version` by its name where it is known.
    static String text(String feature, short level) {
        boolean named = feature.equals(FeaturesImage.METADATA_VERSION)
                && level >= MetadataVersion.OLDEST.level()
                && level <= MetadataVersion.LATEST.level();
        return named ? MetadataVersion.of(level).toString() : "level " + level;
    }

    boolean isVoter(int nodeId) {
        return voters.containsKey(nodeId);
    }
}
