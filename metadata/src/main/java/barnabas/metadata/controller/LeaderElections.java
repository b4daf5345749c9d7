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
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersRequest.TopicPartitions;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.ElectLeadersResponse.PartitionResult;
import barnabas.protocol.message.ElectLeadersResponse.ReplicaElectionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// ElectLeaders (KIP-460): the preferred leader, or an unclean one where there is none.
final class LeaderElections {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final ClusterImage image;
    private final PartitionSweep sweep;

    LeaderElections(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.sweep = new PartitionSweep(image, rules);
    }

    Decision<ElectLeadersResponse> decide(ElectLeadersRequest request) {
        byte type = request.electionType();
        boolean asksForNone =
                request.topicPartitions() != null && request.topicPartitions().isEmpty();
        if (type != PREFERRED && type != UNCLEAN && !asksForNone) {
            return Decision.answer(RefusedReplies.of(
                    request, new Refusal(ErrorCode.INVALID_REQUEST, "Unknown election type " + type)));
        }
        var records = new ArrayList<Message>();
        var results = new ArrayList<ReplicaElectionResult>();
        List<TopicPartitions> asked = request.topicPartitions();
        if (asked == null) {
            // All partitions; there is nothing to say of those that need no election.
            for (TopicImage topic : image.topicsByName()) {
                var partitions = new ArrayList<PartitionResult>();
                for (PartitionImage partition : topic.partitions()) {
                    PartitionResult result = elect(topic, partition, type, records);
                    if (result.errorCode() != ErrorCode.ELECTION_NOT_NEEDED.code()) partitions.add(result);
                }
                results.add(new ReplicaElectionResult(topic.name(), List.copyOf(partitions)));
            }
        } else {
            for (TopicPartitions each : asked) {
                results.add(new ReplicaElectionResult(
                        each.topic(),
                        each.partitions().stream()
                                .distinct()
                                .map(index -> elect(each.topic(), index, type, records))
                                .toList()));
            }
        }
        var response = ElectLeadersResponse.builder()
                .replicaElectionResults(List.copyOf(results))
                .build();
        return Decision.gradual(records, response);
    }

    /// Elects preferred leaders where another replica leads and the preferred one is in sync.
    ///
    /// @param max elections at once
    /// @return number of elections; asked again when it is `max`
    Decision<Integer> balance(int max) {
        var records = new ArrayList<Message>();
        for (TopicImage topic : image.topicsByName()) {
            for (PartitionImage partition : topic.partitions()) {
                if (records.size() == max) return Decision.gradual(records, max);
                boolean moves = partition.hasLeader()
                        && partition.leader() != partition.preferredLeader()
                        && partition.isr().contains(partition.preferredLeader());
                if (moves) elect(topic, partition, PREFERRED, records);
            }
        }
        return Decision.gradual(records, records.size());
    }

    private PartitionResult elect(String topicName, int index, byte type, List<Message> records) {
        TopicImage topic = image.topics().byName().find(topicName);
        if (topic == null) {
            return result(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such topic as " + topicName);
        }
        return topic.partition(index)
                .map(partition -> elect(topic, partition, type, records))
                .orElseGet(() -> result(
                        index,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "No such partition as " + topicName + "-" + index));
    }

    private PartitionResult elect(TopicImage topic, PartitionImage partition, byte type, List<Message> records) {
        boolean needed = type == PREFERRED ? partition.leader() != partition.preferredLeader() : !partition.hasLeader();
        if (!needed) {
            return result(
                    partition.index(),
                    ErrorCode.ELECTION_NOT_NEEDED,
                    "Leader election not needed for topic partition.");
        }
        IntPredicate active = id -> NewPartitions.isActive(image, id);
        PartitionTransition transition = sweep.transition(topic, partition, active);
        if (type == PREFERRED) transition.preferringFirst();
        else transition.allowingUncleanElection();
        var record = transition.record();
        boolean elected = record.isPresent()
                && record.get().leader() >= 0
                && (type == UNCLEAN || record.get().leader() == partition.preferredLeader());
        if (!elected) {
            return type == PREFERRED
                    ? result(
                            partition.index(),
                            ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                            "The preferred leader was not available.")
                    : result(
                            partition.index(),
                            ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                            "Eligible topic partition leaders are not available.");
        }
        records.add(record.get());
        return result(partition.index(), ErrorCode.NONE, null);
    }

    private static PartitionResult result(int index, ErrorCode error, @Nullable String message) {
        return new PartitionResult(index, error.code(), message);
    }
}
