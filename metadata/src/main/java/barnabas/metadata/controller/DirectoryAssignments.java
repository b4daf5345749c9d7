package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.placement.NewPartitions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AssignReplicasToDirsRequest;
import barnabas.protocol.message.AssignReplicasToDirsResponse;
import barnabas.protocol.metadata.PartitionChangeRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// AssignReplicasToDirs (KIP-858): a broker says in which of its directories replicas lie. One in a directory that has
/// failed meanwhile leaves the in-sync replicas with that.
final class DirectoryAssignments {
    private static final int NO_LEADER_CHANGE = -2;

    private final ClusterImage image;
    private final ConfigRules rules;
    private final PartitionSweep sweep;

    DirectoryAssignments(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.rules = rules;
        this.sweep = new PartitionSweep(image, rules);
    }

    Decision<AssignReplicasToDirsResponse> decide(AssignReplicasToDirsRequest request) {
        if (!image.features().metadataVersion().recordsDirectories()) return refused(ErrorCode.UNSUPPORTED_VERSION);
        BrokerRegistration broker = image.nodes().brokers().find(request.brokerId());
        if (broker == null || broker.epoch() != request.brokerEpoch()) return refused(ErrorCode.STALE_BROKER_EPOCH);
        var records = new ArrayList<Message>();
        var directories = new ArrayList<AssignReplicasToDirsResponse.DirectoryData>();
        for (AssignReplicasToDirsRequest.DirectoryData directory : request.directories()) {
            var topics = new ArrayList<AssignReplicasToDirsResponse.TopicData>();
            for (AssignReplicasToDirsRequest.TopicData asked : directory.topics()) {
                TopicImage topic = image.topic(asked.topicId()).orElse(null);
                var partitions = new ArrayList<AssignReplicasToDirsResponse.PartitionData>();
                for (AssignReplicasToDirsRequest.PartitionData each : asked.partitions()) {
                    ErrorCode error = assign(broker, directory.id(), topic, each.partitionIndex(), records);
                    partitions.add(new AssignReplicasToDirsResponse.PartitionData(each.partitionIndex(), error.code()));
                }
                topics.add(new AssignReplicasToDirsResponse.TopicData(asked.topicId(), List.copyOf(partitions)));
            }
            directories.add(new AssignReplicasToDirsResponse.DirectoryData(directory.id(), List.copyOf(topics)));
        }
        return Decision.gradual(
                records,
                AssignReplicasToDirsResponse.builder()
                        .directories(List.copyOf(directories))
                        .build());
    }

    private static Decision<AssignReplicasToDirsResponse> refused(ErrorCode error) {
        return Decision.answer(RefusedReplies.assignReplicasToDirs(new Refusal(error, null)));
    }

    private ErrorCode assign(
            BrokerRegistration broker, Uuid directory, @Nullable TopicImage topic, int index, List<Message> records) {
        if (topic == null) return ErrorCode.UNKNOWN_TOPIC_ID;
        PartitionImage partition = topic.partition(index).orElse(null);
        if (partition == null) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        int at = partition.replicas().indexOf(broker.id());
        if (at < 0) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        PartitionChangeRecord change = broker.isOnline(directory) ? null : leaving(broker.id(), topic, partition);
        boolean isThere = partition.directories().get(at).equals(directory);
        if (isThere && change == null) return ErrorCode.NONE;
        PartitionChangeRecord.Builder record = change == null
                ? PartitionChangeRecord.builder()
                        .partitionId(index)
                        .topicId(topic.id())
                        .leader(NO_LEADER_CHANGE)
                : change.toBuilder();
        var directories = new ArrayList<>(partition.directories());
        directories.set(at, directory);
        PartitionChangeRecord assigned =
                record.directories(List.copyOf(directories)).build();
        records.add(assigned);
        if (!partition.hasLeader() && change == null) elect(topic, index, assigned, records);
        return ErrorCode.NONE;
    }

    /// The replica may lead again, in a directory in place of the one that failed.
    private void elect(TopicImage topic, int index, PartitionChangeRecord assigned, List<Message> records) {
        ClusterImage after = image.replay(List.of(assigned), image.position()).after();
        after.partition(topic.id(), index)
                .flatMap(partition -> new PartitionSweep(after, rules)
                        .transition(topic, partition, id -> NewPartitions.isActive(after, id))
                        .record())
                .ifPresent(records::add);
    }

    /// Null when the broker neither leads nor is in sync.
    private @Nullable PartitionChangeRecord leaving(int broker, TopicImage topic, PartitionImage partition) {
        if (!partition.isr().contains(broker) && partition.leader() != broker) return null;
        return sweep.transition(topic, partition, id -> id != broker && NewPartitions.isActive(image, id))
                .leaving(broker, false)
                .record()
                .orElse(null);
    }
}
