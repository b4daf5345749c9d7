package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.placement.NewPartitions;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AlterPartitionRequest.BrokerState;
import barnabas.protocol.message.AlterPartitionResponse;
import barnabas.protocol.metadata.PartitionChangeRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// AlterPartition (KIP-497, KIP-841, KIP-903): leaders change the in-sync replicas of their partitions. A reassignment
/// ends here, when all that it adds are in sync.
final class IsrAlterations {
    private static final int NO_LEADER_CHANGE = -2;
    private static final long EPOCH_UNKNOWN = -1;
    private static final byte RECOVERED = 0;
    private static final byte RECOVERING = 1;

    private record Place(Uuid topicId, int index) {}

    private final ClusterImage image;
    private final PartitionSweep sweep;

    IsrAlterations(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.sweep = new PartitionSweep(image, rules);
    }

    Decision<AlterPartitionResponse> decide(AlterPartitionRequest request) {
        BrokerRegistration broker = image.nodes().brokers().find(request.brokerId());
        if (broker == null || broker.epoch() != request.brokerEpoch())
            return Decision.answer(AlterPartitionResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code())
                    .build());
        var records = new ArrayList<Message>();
        var topics = new ArrayList<AlterPartitionResponse.TopicData>();
        var changed = new HashSet<Place>();
        for (AlterPartitionRequest.TopicData asked : request.topics()) {
            TopicImage topic = image.topic(asked.topicId()).orElse(null);
            var answers = new ArrayList<AlterPartitionResponse.PartitionData>();
            for (AlterPartitionRequest.PartitionData each : asked.partitions()) {
                // a second change would rest on a state that the first one has ended
                boolean first = changed.add(new Place(asked.topicId(), each.partitionIndex()));
                answers.add(
                        first
                                ? decide(request.brokerId(), topic, each, records)
                                : refused(each, ErrorCode.INVALID_REQUEST));
            }
            topics.add(new AlterPartitionResponse.TopicData(asked.topicId(), List.copyOf(answers)));
        }
        return Decision.gradual(
                records,
                AlterPartitionResponse.builder().topics(List.copyOf(topics)).build());
    }

    private AlterPartitionResponse.PartitionData decide(
            int leader, @Nullable TopicImage topic, AlterPartitionRequest.PartitionData asked, List<Message> records) {
        if (topic == null) return refused(asked, ErrorCode.UNKNOWN_TOPIC_ID);
        PartitionImage partition = topic.partition(asked.partitionIndex()).orElse(null);
        if (partition == null) return refused(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        ErrorCode problem = problemWith(leader, partition, asked);
        if (problem != ErrorCode.NONE) return refused(asked, problem);
        PartitionChangeRecord change = change(topic, partition, asked);
        if (change == null) return answer(partition);
        records.add(change);
        PartitionImage after = partition.after(change);
        // The leader learns of a new epoch or another leader from the log.
        if (after.leader() != leader) return refused(asked, ErrorCode.FENCED_LEADER_EPOCH);
        return answer(after);
    }

    private ErrorCode problemWith(int leader, PartitionImage partition, AlterPartitionRequest.PartitionData asked) {
        // Such a state comes from a later controller than this one.
        if (asked.leaderEpoch() > partition.leaderEpoch() || asked.partitionEpoch() > partition.partitionEpoch())
            return ErrorCode.NOT_CONTROLLER;
        if (asked.leaderEpoch() < partition.leaderEpoch()) return ErrorCode.FENCED_LEADER_EPOCH;
        if (leader != partition.leader()) return ErrorCode.INVALID_REQUEST;
        if (asked.partitionEpoch() < partition.partitionEpoch()) return ErrorCode.INVALID_UPDATE_VERSION;
        List<Integer> isr = isrOf(asked);
        boolean valid = !isr.isEmpty()
                && new HashSet<>(isr).size() == isr.size()
                && partition.replicas().containsAll(isr)
                && isr.contains(leader);
        if (!valid) return ErrorCode.INVALID_REQUEST;
        boolean recovering = asked.leaderRecoveryState() == RECOVERING;
        if (asked.leaderRecoveryState() != RECOVERED && !recovering) return ErrorCode.INVALID_REQUEST;
        if (recovering && (isr.size() > 1 || !partition.recovering())) return ErrorCode.INVALID_REQUEST;
        return areEligible(asked) && areThere(partition, isr) ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
    }

    private static List<Integer> isrOf(AlterPartitionRequest.PartitionData asked) {
        if (asked.newIsrWithEpochs().isEmpty()) return List.copyOf(asked.newIsr());
        return asked.newIsrWithEpochs().stream().map(BrokerState::brokerId).toList();
    }

    /// Fenced brokers, brokers that shut down, and earlier runs of brokers must not join (KIP-841, KIP-903).
    private boolean areEligible(AlterPartitionRequest.PartitionData asked) {
        for (int id : asked.newIsr()) if (!NewPartitions.isActive(image, id)) return false;
        for (BrokerState member : asked.newIsrWithEpochs()) {
            if (!NewPartitions.isActive(image, member.brokerId())) return false;
            BrokerRegistration broker = image.nodes().brokers().find(member.brokerId());
            if (broker == null) return false;
            if (member.brokerEpoch() != EPOCH_UNKNOWN && member.brokerEpoch() != broker.epoch()) return false;
        }
        return true;
    }

    /// Replicas whose directory failed or is full must not join, as they could not lead. They may once they are
    /// assigned to another one (KIP-858).
    private boolean areThere(PartitionImage partition, List<Integer> isr) {
        return isr.stream().allMatch(id -> partition.isr().contains(id) || image.isReplicaOnline(partition, id));
    }

    /// Null when nothing changes.
    private @Nullable PartitionChangeRecord change(
            TopicImage topic, PartitionImage partition, AlterPartitionRequest.PartitionData asked) {
        List<Integer> isr = isrOf(asked);
        List<Integer> staying = isr.stream()
                .filter(each -> !partition.removingReplicas().contains(each))
                .toList();
        boolean completes =
                partition.isReassigning() && !staying.isEmpty() && staying.containsAll(partition.addingReplicas());
        PartitionChangeRecord change = sweep.transition(topic, partition, id -> NewPartitions.isActive(image, id))
                .withInSync(completes ? staying : isr)
                .record()
                .orElse(null);
        boolean recovers = partition.recovering() && asked.leaderRecoveryState() == RECOVERED;
        if (!completes && !recovers) return change;
        PartitionChangeRecord.Builder more = change == null
                ? PartitionChangeRecord.builder()
                        .partitionId(partition.index())
                        .topicId(topic.id())
                        .leader(NO_LEADER_CHANGE)
                : change.toBuilder();
        if (recovers) more.leaderRecoveryState(RECOVERED);
        if (completes) {
            List<Integer> replicas = partition.replicas().stream()
                    .filter(each -> !partition.removingReplicas().contains(each))
                    .toList();
            more.replicas(replicas).addingReplicas(List.of()).removingReplicas(List.of());
            if (image.features().metadataVersion().recordsDirectories()) {
                List<Uuid> directories =
                        replicas.stream().map(partition::directoryOf).toList();
                more.directories(directories);
            }
        }
        return more.build();
    }

    private static AlterPartitionResponse.PartitionData answer(PartitionImage now) {
        return AlterPartitionResponse.PartitionData.builder()
                .partitionIndex(now.index())
                .leaderId(now.leader())
                .leaderEpoch(now.leaderEpoch())
                .isr(now.isr())
                .leaderRecoveryState(now.recovering() ? RECOVERING : RECOVERED)
                .partitionEpoch(now.partitionEpoch())
                .build();
    }

    private static AlterPartitionResponse.PartitionData refused(
            AlterPartitionRequest.PartitionData asked, ErrorCode error) {
        return AlterPartitionResponse.PartitionData.builder()
                .partitionIndex(asked.partitionIndex())
                .errorCode(error.code())
                .build();
    }
}
