package barnabas.broker.transactions;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.cluster.TransactionMarkers;
import barnabas.broker.peers.BrokerPeers;
import barnabas.coordination.Marker;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import barnabas.protocol.message.WriteTxnMarkersResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings markers to the leaders of their partitions: to this broker's own, and with WriteTxnMarkers to those of other
/// brokers, one request for each. An attempt that fails is the coordinator's to repeat, with the leaders of then.
public final class LeaderMarkers implements PartitionMarkers {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderMarkers.class);

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final TransactionMarkers own;
    private final BrokerPeers peers;
    private final Clock clock;
    private final int requestMillisMax;

    /// @param requestMillisMax how long another broker has for an answer
    public LeaderMarkers(
            int brokerId,
            ClusterMetadata metadata,
            TransactionMarkers own,
            BrokerPeers peers,
            Clock clock,
            int requestMillisMax) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.own = own;
        this.peers = peers;
        this.clock = clock;
        this.requestMillisMax = requestMillisMax;
    }

    /// A request to another broker.
    private record Sent(int leader, List<Participant> participants, ArrayBlockingQueue<PeerOutcome> outcome) {}

    @Override
    public Map<Participant, Outcome> write(Collection<Participant> participants, Marker marker) {
        ClusterImage image = metadata.current();
        var outcomes = new HashMap<Participant, Outcome>();
        var byLeader = new TreeMap<Integer, List<Participant>>();
        for (Participant each : participants) {
            PartitionImage partition =
                    image.partition(each.topic(), each.partition()).orElse(null);
            if (partition == null) outcomes.put(each, Outcome.NOT_NEEDED);
            else
                byLeader.computeIfAbsent(partition.leader(), _ -> new ArrayList<>())
                        .add(each);
        }
        List<Participant> here = byLeader.remove(brokerId);
        var sent = new ArrayList<Sent>();
        byLeader.forEach((leader, led) -> {
            Peer peer = leader < 0 ? null : peers.to(leader);
            if (peer == null) for (Participant each : led) outcomes.put(each, Outcome.TRY_AGAIN);
            else sent.add(send(peer, leader, led, marker));
        });
        if (here != null)
            own.append(here, marker).forEach((each, error) -> outcomes.put(each, outcome(each, marker, error)));
        for (Sent each : sent) {
            Map<Participant, ErrorCode> errors = errors(each);
            for (Participant participant : each.participants) {
                ErrorCode error = errors.getOrDefault(participant, ErrorCode.NETWORK_EXCEPTION);
                outcomes.put(participant, outcome(participant, marker, error));
            }
        }
        return outcomes;
    }

    private static Outcome outcome(Participant participant, Marker marker, ErrorCode error) {
        if (error == ErrorCode.NONE) return Outcome.WRITTEN;
        if (error == ErrorCode.INVALID_PRODUCER_EPOCH) {
            LOG.warn("{} has seen a later epoch than {}: nothing to end", participant, marker.producer());
            return Outcome.NOT_NEEDED;
        }
        LOG.debug("{} takes no marker of {} now: {}", participant, marker.producer(), error);
        return Outcome.TRY_AGAIN;
    }

    private Sent send(Peer peer, int leader, List<Participant> participants, Marker marker) {
        var topics = new TreeMap<String, List<Integer>>();
        for (Participant each : participants)
            topics.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each.partition());
        var named = new ArrayList<WritableTxnMarkerTopic>();
        topics.forEach((name, indexes) -> named.add(new WritableTxnMarkerTopic(name, indexes)));
        var request = WriteTxnMarkersRequest.builder()
                .markers(List.of(WritableTxnMarker.builder()
                        .producerId(marker.producer().id())
                        .producerEpoch(marker.producer().epoch())
                        .transactionResult(marker.commit())
                        .topics(named)
                        .coordinatorEpoch(marker.coordinatorEpoch())
                        .transactionVersion((byte) marker.transactionVersion())
                        .build()))
                .build();
        var outcome = new ArrayBlockingQueue<PeerOutcome>(1);
        peer.send(request, Deadline.inMillis(requestMillisMax, clock), outcome::add);
        return new Sent(leader, participants, outcome);
    }

    /// Waits for the answer. What it does not name has no marker.
    private static Map<Participant, ErrorCode> errors(Sent sent) {
        PeerOutcome outcome;
        try {
            outcome = sent.outcome.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
        if (!(outcome instanceof PeerOutcome.Answered(WriteTxnMarkersResponse response, var _))) {
            LOG.debug("No answer of broker {} to markers: {}", sent.leader, outcome);
            return Map.of();
        }
        var errors = new HashMap<Participant, ErrorCode>();
        for (var marker : response.markers())
            for (var topic : marker.topics())
                for (var each : topic.partitions())
                    errors.put(new Participant(topic.name(), each.partitionIndex()), ErrorCode.of(each.errorCode()));
        return errors;
    }
}
