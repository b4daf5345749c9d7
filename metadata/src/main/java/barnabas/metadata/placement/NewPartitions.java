package barnabas.metadata.placement;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.DirectoryIds;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.PartitionRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Common part of creating topics and adding partitions to them.
public final class NewPartitions {
    /// More new partitions than this in one request are refused, as Kafka does.
    public static final int PER_REQUEST_MAX = 10_000;

    /// Longest file name that file systems take. A partition's directory is named `<topic>-<index>`.
    private static final int DIRECTORY_NAME_BYTES_MAX = 255;

    private NewPartitions() {}

    public sealed interface Replicas {
        record Chosen(List<List<Integer>> partitions) implements Replicas {}

        record Refused(Refusal refusal) implements Replicas {}
    }

    public static Replicas place(
            ClusterImage image,
            ReplicaPlacer placer,
            RandomGenerator random,
            int firstPartition,
            int partitions,
            int replicationFactor) {
        List<BrokerRegistration> brokers = image.brokersById().stream()
                .filter(BrokerRegistration::takesNewPartitions)
                .toList();
        var placement = placer.place(brokers, firstPartition, partitions, replicationFactor, random);
        if (placement instanceof ReplicaPlacer.Placement.Impossible(String reason))
            return unplaceable(replicationFactor, reason);
        List<List<Integer>> replicas = ((ReplicaPlacer.Placement.Placed) placement).replicas();
        if (replicas.stream().allMatch(each -> hasActive(image, each))) return new Replicas.Chosen(replicas);
        return unplaceable(replicationFactor, "All brokers are currently fenced or in controlled shutdown.");
    }

    private static Replicas.Refused unplaceable(int replicationFactor, String reason) {
        return new Replicas.Refused(new Refusal(
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "Unable to replicate the partition " + replicationFactor + " time(s): " + reason));
    }

    /// Null when every partition of a topic with so many can have a directory.
    public static @Nullable Refusal problemWithNames(String topic, int partitions) {
        int longest =
                topic.length() + "-".length() + String.valueOf(partitions - 1).length();
        if (longest <= DIRECTORY_NAME_BYTES_MAX) return null;
        return new Refusal(
                ErrorCode.INVALID_PARTITIONS,
                "The topic " + topic + " cannot have " + partitions
                        + " partitions: the name of a partition's directory, '"
                        + topic + "-" + (partitions - 1) + "', would be longer than " + DIRECTORY_NAME_BYTES_MAX
                        + " characters.");
    }

    /// Error of a given replica assignment; null if valid.
    ///
    /// @param replicationFactor how many there must be, -1 for any number
    public static @Nullable Refusal problemWith(ClusterImage image, List<Integer> replicas, int replicationFactor) {
        if (replicas.isEmpty()) return bad("The manual partition assignment includes an empty replica list.");
        for (int id : replicas) {
            BrokerRegistration broker = image.nodes().brokers().find(id);
            if (broker == null) {
                return bad("The manual partition assignment includes broker " + id
                        + ", but no such broker is registered.");
            }
            if (!broker.takesNewPartitions()) {
                return bad("The manual partition assignment includes broker " + id
                        + ", but all its log directories are cordoned.");
            }
        }
        var seen = new HashSet<Integer>();
        for (int id : replicas) {
            if (!seen.add(id)) {
                return bad("The manual partition assignment includes the broker " + id + " more than once.");
            }
        }
        if (replicationFactor >= 0 && replicas.size() != replicationFactor) {
            return bad("The manual partition assignment includes a partition with " + replicas.size()
                    + " replica(s), but this is not consistent with previous partitions, which have "
                    + replicationFactor + " replica(s).");
        }
        return null;
    }

    /// Null when one of the replicas can lead.
    public static @Nullable Refusal problemWithLiveness(ClusterImage image, List<Integer> replicas, int partition) {
        if (hasActive(image, replicas)) return null;
        return bad("All brokers specified in the manual partition assignment for partition " + partition
                + " are fenced or in controlled shutdown.");
    }

    private static Refusal bad(String message) {
        return new Refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
    }

    private static boolean hasActive(ClusterImage image, List<Integer> replicas) {
        for (int id : replicas) if (isActive(image, id)) return true;
        return false;
    }

    public static boolean isActive(ClusterImage image, int id) {
        BrokerRegistration broker = image.nodes().brokers().find(id);
        return broker != null && broker.isActive();
    }

    /// A partition whose replicas that run are in sync, for there is nothing to copy yet.
    public static PartitionRecord record(ClusterImage image, Uuid topic, int index, List<Integer> replicas) {
        List<Integer> isr = replicas.stream().filter(id -> isActive(image, id)).toList();
        if (isr.size() == replicas.size()) isr = replicas;
        var directories = new ArrayList<Uuid>(replicas.size());
        if (image.features().metadataVersion().recordsDirectories()) {
            for (int id : replicas) directories.add(directory(image, id));
        }
        return PartitionRecord.builder()
                .partitionId(index)
                .topicId(topic)
                .replicas(replicas)
                .isr(isr)
                .leader(isr.getFirst())
                .leaderEpoch(0)
                .partitionEpoch(0)
                .directories(List.copyOf(directories))
                .build();
    }

    /// With one directory there is no choice; otherwise the broker makes it.
    public static Uuid directory(ClusterImage image, int broker) {
        BrokerRegistration registration = image.nodes().brokers().find(broker);
        if (registration == null || registration.logDirs().isEmpty()) return DirectoryIds.MIGRATING;
        return registration.logDirs().size() == 1 ? registration.logDirs().getFirst() : DirectoryIds.UNASSIGNED;
    }
}
