package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.placement.NewPartitions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;
import barnabas.protocol.message.ListPartitionReassignmentsResponse.OngoingTopicReassignment;
import barnabas.protocol.metadata.PartitionChangeRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// AlterPartitionReassignments and ListPartitionReassignments (KIP-455).
///
/// A reassignment that adds replicas begins here and ends when AlterPartition reports that they are in sync. One
/// without a replica that has to catch up is complete at once.
final class Reassignments {
    private static final int NO_LEADER_CHANGE = -2;

    private final ClusterImage image;

    Reassignments(ClusterImage image) {
        this.image = image;
    }

    Decision<AlterPartitionReassignmentsResponse> alter(AlterPartitionReassignmentsRequest request) {
        var records = new ArrayList<Message>();
        var topics = new ArrayList<ReassignableTopicResponse>();
        for (var topic : request.topics()) {
            var partitions = new ArrayList<ReassignablePartitionResponse>();
            for (ReassignablePartition asked : topic.partitions()) {
                Refusal refusal = alter(topic.name(), asked, request.allowReplicationFactorChange(), records);
                partitions.add(new ReassignablePartitionResponse(
                        asked.partitionIndex(),
                        refusal == null
                                ? ErrorCode.NONE.code()
                                : refusal.error().code(),
                        refusal == null ? null : refusal.message()));
            }
            topics.add(new ReassignableTopicResponse(topic.name(), List.copyOf(partitions)));
        }
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.alterPartitionReassignments(Refusal.TOO_MANY_RECORDS));
        return Decision.atomic(
                records,
                AlterPartitionReassignmentsResponse.builder()
                        .errorMessage(null)
                        .allowReplicationFactorChange(request.allowReplicationFactorChange())
                        .responses(List.copyOf(topics))
                        .build());
    }

    private @Nullable Refusal alter(
            String topicName, ReassignablePartition asked, boolean mayChangeFactor, List<Message> records) {
        TopicImage topic = image.topics().byName().find(topicName);
        if (topic == null) {
            return new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named " + topicName + ".");
        }
        PartitionImage partition = topic.partition(asked.partitionIndex()).orElse(null);
        if (partition == null) {
            return new Refusal(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "Unable to find partition " + topicName + ":" + asked.partitionIndex() + ".");
        }
        List<Integer> target = asked.replicas();
        if (target == null) return cancel(topic, partition, records);
        Refusal problem = NewPartitions.problemWith(image, target, -1);
        if (problem != null) return problem;
        int before = partition.replicas().size() - partition.addingReplicas().size();
        if (!mayChangeFactor && target.size() != before) {
            return new Refusal(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "The replication factor is changed from " + before + " to " + target.size());
        }
        reassign(topic, partition, target, records);
        return null;
    }

    private void reassign(TopicImage topic, PartitionImage partition, List<Integer> target, List<Message> records) {
        List<Integer> present = withoutAdding(partition);
        List<Integer> adding =
                target.stream().filter(each -> !present.contains(each)).toList();
        List<Integer> removing =
                present.stream().filter(each -> !target.contains(each)).toList();
        List<Integer> isrAfter =
                partition.isr().stream().filter(target::contains).toList();
        boolean over = adding.isEmpty() && !isrAfter.isEmpty();
        List<Integer> replicas = over ? List.copyOf(target) : union(target, removing);
        boolean changesNothing = replicas.equals(partition.replicas())
                && (over ? List.of() : adding).equals(partition.addingReplicas())
                && (over ? List.of() : removing).equals(partition.removingReplicas());
        if (changesNothing) return;
        var change = change(topic, partition, replicas)
                .addingReplicas(over ? List.of() : adding)
                .removingReplicas(over ? List.of() : removing);
        if (over && isrAfter.size() < partition.isr().size()) {
            change.isr(isrAfter);
            if (image.features().metadataVersion().bumpsLeaderEpochOnShrink()) change.leader(partition.leader());
        }
        if (over && partition.hasLeader() && !isrAfter.contains(partition.leader())) {
            change.leader(target.stream()
                    .filter(each -> isrAfter.contains(each) && NewPartitions.isActive(image, each))
                    .findFirst()
                    .orElse(PartitionImage.NO_LEADER));
        }
        records.add(change.build());
    }

    private @Nullable Refusal cancel(TopicImage topic, PartitionImage partition, List<Message> records) {
        if (!partition.isReassigning()) return new Refusal(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null);
        List<Integer> replicas = withoutAdding(partition);
        List<Integer> isr = partition.isr().stream().filter(replicas::contains).toList();
        if (isr.isEmpty()) {
            return new Refusal(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "Unable to revert partition assignment for " + topic.name() + ":" + partition.index()
                            + " because it would require an unclean leader election.");
        }
        var change = change(topic, partition, replicas)
                .addingReplicas(List.of())
                .removingReplicas(List.of())
                .isr(isr);
        boolean shrinks = isr.size() < partition.isr().size();
        if (shrinks && image.features().metadataVersion().bumpsLeaderEpochOnShrink()) change.leader(partition.leader());
        if (partition.hasLeader() && !isr.contains(partition.leader())) {
            change.leader(isr.stream()
                    .filter(each -> NewPartitions.isActive(image, each))
                    .findFirst()
                    .orElse(PartitionImage.NO_LEADER));
        }
        records.add(change.build());
        return null;
    }

    private PartitionChangeRecord.Builder change(TopicImage topic, PartitionImage partition, List<Integer> replicas) {
        return PartitionChangeRecord.builder()
                .partitionId(partition.index())
                .topicId(topic.id())
                .leader(NO_LEADER_CHANGE)
                .replicas(replicas)
                .directories(directories(partition, replicas));
    }

    private @Nullable List<Uuid> directories(PartitionImage partition, List<Integer> replicas) {
        if (!image.features().metadataVersion().recordsDirectories()) return null;
        var directories = new ArrayList<Uuid>(replicas.size());
        for (int id : replicas) {
            directories.add(
                    partition.replicas().contains(id) ? partition.directoryOf(id) : NewPartitions.directory(image, id));
        }
        return List.copyOf(directories);
    }

    private static List<Integer> withoutAdding(PartitionImage partition) {
        return partition.replicas().stream()
                .filter(each -> !partition.addingReplicas().contains(each))
                .toList();
    }

    private static List<Integer> union(List<Integer> first, List<Integer> second) {
        var union = new LinkedHashSet<>(first);
        union.addAll(second);
        return List.copyOf(union);
    }

    ListPartitionReassignmentsResponse list(ListPartitionReassignmentsRequest request) {
        Map<String, List<OngoingPartitionReassignment>> found = new LinkedHashMap<>();
        var asked = request.topics();
        if (asked == null) {
            for (TopicImage topic : image.topicsByName()) {
                topic.partitions().forEach(partition -> add(found, topic, partition));
            }
        } else {
            for (var each : asked) {
                image.topic(each.name())
                        .ifPresent(topic -> each.partitionIndexes().stream()
                                .map(index -> topic.partition(index).orElse(null))
                                .filter(Objects::nonNull)
                                .forEach(partition -> add(found, topic, partition)));
            }
        }
        return ListPartitionReassignmentsResponse.builder()
                .errorMessage(null)
                .topics(found.entrySet().stream()
                        .map(each -> new OngoingTopicReassignment(each.getKey(), List.copyOf(each.getValue())))
                        .toList())
                .build();
    }

    private static void add(
            Map<String, List<OngoingPartitionReassignment>> found, TopicImage topic, PartitionImage partition) {
        if (!partition.isReassigning()) return;
        found.computeIfAbsent(topic.name(), _ -> new ArrayList<>())
                .add(new OngoingPartitionReassignment(
                        partition.index(),
                        partition.replicas(),
                        partition.addingReplicas(),
                        partition.removingReplicas()));
    }
}
