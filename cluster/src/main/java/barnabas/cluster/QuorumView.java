package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.Voter;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The leader of the metadata quorum as this node sees it, and requests to it.
final class QuorumView {
    private static final Logger LOG = LoggerFactory.getLogger(QuorumView.class);

    private static final long LOOK_NANOS = 50_000_000;
    private static final DescribeQuorumRequest DESCRIBE = DescribeQuorumRequest.builder()
            .topics(List.of(new DescribeQuorumRequest.TopicData(
                    "__cluster_metadata", List.of(new DescribeQuorumRequest.PartitionData(0)))))
            .build();

    private final int nodeId;
    private final MetadataLog log;
    private final Peers peers;
    private final String listener;
    private final Clock clock;

    /// @param listener of the controllers
    QuorumView(int nodeId, MetadataLog log, Peers peers, String listener, Clock clock) {
        this.nodeId = nodeId;
        this.log = log;
        this.peers = peers;
        this.listener = listener;
        this.clock = clock;
    }

    int nodeId() {
        return nodeId;
    }

    QuorumLeader leadership() {
        return log.leadership();
    }

    private Voter.@Nullable Endpoint endpoint(int id) {
        for (Voter voter : log.voters()) {
            if (voter.nodeId() != id) continue;
            for (Voter.Endpoint each : voter.endpoints()) if (each.listener().equalsIgnoreCase(listener)) return each;
        }
        return null;
    }

    /// Sends a request to a leader and waits for its outcome, as long as no other node is elected meanwhile.
    ///
    /// @return null when there is no way to the leader, or it leads no more
    @Nullable
    PeerOutcome send(QuorumLeader leader, RequestMessage request, Deadline deadline) throws InterruptedException {
        return send(leader, request, request.apiKey().highestStableVersion(), deadline);
    }

    /// The same in a version of at most `versionMax`.
    @Nullable
    PeerOutcome send(QuorumLeader leader, RequestMessage request, short versionMax, Deadline deadline)
            throws InterruptedException {
        Voter.Endpoint at = endpoint(leader.leaderId());
        if (at == null) return null;
        var end = new AtomicReference<@Nullable PeerOutcome>();
        Thread waiting = Thread.currentThread();
        peers.at(at.host(), at.port()).send(request, versionMax, deadline, outcome -> {
            end.set(outcome);
            LockSupport.unpark(waiting);
        });
        while (true) {
            PeerOutcome outcome = end.get();
            if (outcome != null) {
                if (!(outcome instanceof PeerOutcome.Answered))
                    LOG.debug("{} to controller {}: {}", request.apiKey(), leader.leaderId(), outcome);
                return outcome;
            }
            QuorumLeader now = leadership();
            if (now.epoch() != leader.epoch() && now.leaderId() != QuorumLeader.NOBODY) return null;
            clock.parkUntil(this, clock.nanos() + LOOK_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /// The offset up to which the leader has committed; negative when there is none that answers.
    long committedAtLeader(Deadline deadline) throws InterruptedException {
        QuorumLeader leader = leadership();
        if (leader.isLedBy(nodeId)) return log.committedOffset();
        if (leader.leaderId() == QuorumLeader.NOBODY) return -1;
        PeerOutcome outcome = send(leader, DESCRIBE, deadline);
        if (!(outcome instanceof PeerOutcome.Answered(DescribeQuorumResponse response, var _))) return -1;
        for (var topic : response.topics())
            for (var partition : topic.partitions())
                if (partition.errorCode() == ErrorCode.NONE.code()) return partition.highWatermark();
        return -1;
    }
}
