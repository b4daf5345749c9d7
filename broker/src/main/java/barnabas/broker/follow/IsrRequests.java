package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.placement.ControllerReports;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AlterPartitionRequest.BrokerState;
import barnabas.protocol.message.AlterPartitionResponse;
import barnabas.replication.IsrAnswer;
import barnabas.replication.IsrAsker;
import barnabas.replication.IsrChange;
import barnabas.replication.IsrProposal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the controller for changes of in-sync replicas (AlterPartition), with the latest proposal for each partition.
public final class IsrRequests implements IsrAsker, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IsrRequests.class);

    private static final long BACKOFF_NANOS = 50_000_000;
    private static final byte RECOVERED = 0;
    private static final int LINES_MAX = 10;

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final IsrCounts counts;
    private final ControllerReports<ReplicaKey, IsrProposal> questions;

    /// @param counts what was made of the changes
    public IsrRequests(int brokerId, ClusterMetadata metadata, IsrCounts counts, Clock clock, Threads threads) {
        this.counts = counts;
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.questions = new ControllerReports<>(
                new ControllerReports.Pace("isr-requests", Integer.MAX_VALUE, BACKOFF_NANOS),
                this::send,
                clock,
                threads);
    }

    @Override
    public void ask(IsrProposal proposal) {
        questions.put(keyOf(proposal), proposal);
    }

    private static ReplicaKey keyOf(IsrProposal proposal) {
        return new ReplicaKey(
                proposal.partition().topicId(),
                proposal.partition().topicPartition().partition());
    }

    /// False when some of the changes were not made.
    private boolean send(Map<ReplicaKey, IsrProposal> proposals) throws InterruptedException {
        AlterPartitionResponse response =
                metadata.controller().ask(BrokerApis.ALTER_PARTITION, request(proposals.values()));
        ErrorCode error = ErrorCode.of(response.errorCode());
        var unanswered = new HashSet<>(proposals.keySet());
        var accepted = new ArrayList<IsrProposal>();
        boolean allMade = true;
        for (AlterPartitionResponse.TopicData topic : response.topics()) {
            for (AlterPartitionResponse.PartitionData each : topic.partitions()) {
                var key = new ReplicaKey(topic.topicId(), each.partitionIndex());
                IsrProposal proposal = proposals.get(key);
                if (proposal == null || !unanswered.remove(key)) continue;
                IsrAnswer answer = answerTo(proposal, each);
                if (answer instanceof IsrAnswer.Accepted) accepted.add(proposal);
                else
                    LOG.debug(
                            "{}: in-sync replicas {}: {}",
                            proposal.partition().topicPartition(),
                            proposal.change().isr(),
                            ErrorCode.of(each.errorCode()));
                counts.answered(proposal, answer instanceof IsrAnswer.Accepted);
                // the next fetch of the follower, or the same question, comes back at once
                allMade &= answer instanceof IsrAnswer.Accepted;
                proposal.partition().isrAnswered(answer);
            }
        }
        log(accepted);
        if (unanswered.isEmpty()) return allMade;
        LOG.debug("The controller does not change in-sync replicas now: {}", error);
        for (ReplicaKey key : unanswered) {
            IsrProposal proposal = proposals.get(key);
            if (proposal != null) proposal.partition().isrAnswered(new IsrAnswer.Unknown(proposal.change()));
        }
        return false;
    }

    /// One line for each of a few changes, one for many.
    private static void log(List<IsrProposal> accepted) {
        for (IsrProposal each : accepted.subList(0, Math.min(accepted.size(), LINES_MAX)))
            LOG.info(
                    "{}: in-sync replicas {} in epoch {}",
                    each.partition().topicPartition(),
                    each.change().isr(),
                    each.change().leaderEpoch());
        if (accepted.size() > LINES_MAX)
            LOG.info("The in-sync replicas of {} other partitions changed too", accepted.size() - LINES_MAX);
    }

    private AlterPartitionRequest request(Iterable<IsrProposal> proposals) {
        Map<Uuid, List<AlterPartitionRequest.PartitionData>> byTopic = new LinkedHashMap<>();
        for (IsrProposal each : proposals) {
            IsrChange change = each.change();
            var members = new ArrayList<BrokerState>();
            for (int id : change.isr())
                members.add(new BrokerState(id, each.brokerEpochs().getOrDefault(id, -1L)));
            byTopic.computeIfAbsent(each.partition().topicId(), _ -> new ArrayList<>())
                    .add(AlterPartitionRequest.PartitionData.builder()
                            .partitionIndex(each.partition().topicPartition().partition())
                            .leaderEpoch(change.leaderEpoch())
                            .newIsrWithEpochs(members)
                            .leaderRecoveryState(RECOVERED)
                            .partitionEpoch(change.partitionEpoch())
                            .build());
        }
        var topics = new ArrayList<AlterPartitionRequest.TopicData>();
        byTopic.forEach((id, partitions) -> topics.add(new AlterPartitionRequest.TopicData(id, partitions)));
        BrokerRegistration self = metadata.current().nodes().brokers().find(brokerId);
        return AlterPartitionRequest.builder()
                .brokerId(brokerId)
                .brokerEpoch(self == null ? -1 : self.epoch())
                .topics(topics)
                .build();
    }

    private static IsrAnswer answerTo(IsrProposal proposal, AlterPartitionResponse.PartitionData answer) {
        IsrChange change = proposal.change();
        return switch (ErrorCode.of(answer.errorCode())) {
            case NONE ->
                // an epoch that began with the change is the image's to say
                answer.leaderEpoch() == change.leaderEpoch()
                        ? new IsrAnswer.Accepted(change, answer.partitionEpoch(), new HashSet<>(answer.isr()))
                        : new IsrAnswer.Outdated(change);
            case INELIGIBLE_REPLICA, OPERATION_NOT_ATTEMPTED, INVALID_REQUEST -> new IsrAnswer.Refused(change);
            case NOT_CONTROLLER, REQUEST_TIMED_OUT, UNKNOWN_SERVER_ERROR -> new IsrAnswer.Unknown(change);
            default -> new IsrAnswer.Outdated(change);
        };
    }

    @Override
    public void close() {
        questions.close();
    }
}
