package barnabas.quorum;

import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.AddRaftVoterResponseData;
import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotRequestData;
import org.apache.kafka.common.message.UpdateRaftVoterRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps messages of other nodes from the Raft engine that it takes for impossible, and requests that would use up
/// its epochs. The engine ends the node when a message names another leader of the present epoch than the one it
/// follows, this node as a leader that it is not, a leader without an address, or this node as the sender. It takes
/// up any later epoch, which voters keep on their disks: after the last one there is no election any more. Nodes of
/// the cluster do not begin with that. Every client that reaches a controller listener can, and a node that took a
/// false leader from one repeats it in its answers.
///
/// On the Raft thread, right before the engine handles a message: what is compared is the engine's present state.
final class EngineGate {
    /// Epochs that a request may be ahead of this node. Voters that find no majority begin one or two in a second, and
    /// with pre-votes (KIP-996) none: nodes are not that far apart.
    static final int EPOCHS_AHEAD_MAX = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(EngineGate.class);
    private static final int NONE = -1;

    private final int nodeId;
    private final String clusterId;
    private final ListenerName listener;
    private final IntPredicate isVoter;
    private final Supplier<LeaderAndEpoch> present;

    /// Of the last line about an impossible response. Only the Raft thread uses it.
    private int reportedEpoch = -1;

    /// @param listener of the controllers
    /// @param isVoter whether there is a voter with this id, and an address of it
    /// @param present of the engine
    EngineGate(
            int nodeId,
            String clusterId,
            ListenerName listener,
            IntPredicate isVoter,
            Supplier<LeaderAndEpoch> present) {
        this.nodeId = nodeId;
        this.clusterId = clusterId;
        this.listener = listener;
        this.isVoter = isVoter;
        this.present = present;
    }

    /// The answer to a request that the engine must not see; null for one that it may.
    RaftResponse.@Nullable Outbound refusal(RaftMessage message) {
        if (!(message instanceof RaftRequest.Inbound request)) return null;
        ApiMessage answer = refusal(request.data());
        return answer == null ? null : new RaftResponse.Outbound(request.correlationId(), answer);
    }

    private @Nullable ApiMessage refusal(ApiMessage request) {
        if (!isRefused(request)) return null;
        short invalid = Errors.INVALID_REQUEST.code();
        return switch (request) {
            case AddRaftVoterRequestData _ -> new AddRaftVoterResponseData().setErrorCode(invalid);
            default -> RaftUtil.errorResponse(ApiKeys.forId(request.apiKey()), Errors.INVALID_REQUEST);
        };
    }

    private boolean isRefused(ApiMessage request) {
        try {
            return switch (request) {
                case VoteRequestData vote -> isOurs(vote.clusterId()) && isRefused(vote);
                case BeginQuorumEpochRequestData begin -> isOurs(begin.clusterId()) && namesRefused(request);
                case EndQuorumEpochRequestData end -> isOurs(end.clusterId()) && namesRefused(request);
                case FetchRequestData fetch -> isLeader(fetch.replicaState().replicaId());
                case FetchSnapshotRequestData fetch -> isLeader(fetch.replicaId());
                case UpdateRaftVoterRequestData update ->
                    isLeader(update.voterId())
                            || Endpoints.fromUpdateVoterRequest(update.listeners())
                                    .isEmpty();
                case AddRaftVoterRequestData add ->
                    Endpoints.fromAddVoterRequest(add.listeners()).isEmpty();
                default -> false;
            };
        } catch (RuntimeException e) {
            return true; // names without letters and the like: the engine would end with the same
        }
    }

    /// Replaces an impossible response by that of a node which cannot be reached, so that the engine asks again later.
    /// A vote loses its leader only: voters that each took another false leader elect one with each other's votes.
    /// A voter that fetches from a node which names another leader of the epoch goes on to the next epoch: one
    /// of both has a false leader, and all elect again.
    RaftMessage seen(RaftMessage message) {
        if (!(message instanceof RaftResponse.Inbound response) || !namesImpossible(response.data())) return message;
        report(response);
        if (response.data() instanceof FetchResponseData fetched
                && isFalse(response.source().id(), fetched)) {
            endEpoch(fetched);
            return message;
        }
        if (response.data() instanceof VoteResponseData vote) {
            for (var topic : vote.topics()) for (var each : topic.partitions()) each.setLeaderId(NONE);
            return message;
        }
        return new RaftResponse.Inbound(
                response.correlationId(),
                RaftUtil.errorResponse(ApiKeys.forId(response.data().apiKey()), Errors.BROKER_NOT_AVAILABLE),
                response.source());
    }

    /// Whether this voter follows a node that names another leader of the same epoch.
    private boolean isFalse(int source, FetchResponseData fetched) {
        LeaderAndEpoch now = present.get();
        if (!isVoter.test(nodeId) || now.leaderId().orElse(NONE) != source) return false;
        try {
            return NamedLeader.in(fetched, listener).stream()
                    .anyMatch(named -> named.epoch() == now.epoch() && named.id() != source);
        } catch (RuntimeException e) {
            return false; // names no leader
        }
    }

    /// Makes the answer one of a node in the next epoch, which knows no leader of it.
    private void endEpoch(FetchResponseData fetched) {
        int next = present.get().epoch() + 1;
        for (var topic : fetched.responses()) {
            for (var each : topic.partitions())
                each.setErrorCode(Errors.FENCED_LEADER_EPOCH.code())
                        .currentLeader()
                        .setLeaderId(NONE)
                        .setLeaderEpoch(next);
        }
    }

    /// Logs a line for each epoch: a node that took a false leader, or whose `quorum-state` has changed, has no
    /// metadata from the leader until another one is elected.
    private void report(RaftResponse.Inbound response) {
        LeaderAndEpoch now = present.get();
        if (reportedEpoch == now.epoch()) return;
        reportedEpoch = now.epoch();
        LOG.warn(
                "Node {} names another leader of the metadata quorum than this node follows ({} in epoch {}). One of them has a"
                        + " false one, from a foreign request or a damaged quorum-state, and goes on with the next election",
                response.source().id(),
                now.leaderId().isPresent() ? now.leaderId().getAsInt() : "none",
                now.epoch());
    }

    /// The engine refuses requests of other clusters, with an answer of their own.
    private boolean isOurs(@Nullable String cluster) {
        return cluster == null || cluster.equals(clusterId);
    }

    /// Whether a sender is this node, which leads: it does not ask itself, as a node without a leader does.
    private boolean isLeader(int sender) {
        LeaderAndEpoch now = present.get();
        return sender == nodeId && now.leaderId().isPresent() && now.leaderId().getAsInt() == nodeId;
    }

    /// No node asks itself for its vote.
    private boolean isRefused(VoteRequestData vote) {
        return vote.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(each -> each.replicaId() == nodeId || isTooFar(each.replicaEpoch()));
    }

    private boolean isTooFar(int epoch) {
        return (long) epoch - present.get().epoch() > EPOCHS_AHEAD_MAX;
    }

    private boolean namesImpossible(ApiMessage response) {
        try {
            return NamedLeader.in(response, listener).stream().anyMatch(this::isImpossible);
        } catch (RuntimeException e) {
            return true; // as above
        }
    }

    private boolean namesRefused(ApiMessage request) {
        for (NamedLeader each : NamedLeader.in(request, listener)) {
            // A leader sends no such request to itself.
            boolean isSelf =
                    each.id() == nodeId && each.epoch() >= present.get().epoch();
            if (isSelf || isTooFar(each.epoch()) || isImpossible(each)) return true;
        }
        return false;
    }

    private boolean isImpossible(NamedLeader named) {
        LeaderAndEpoch now = present.get();
        if (named.epoch() < now.epoch()) return false; // past: the engine answers that, or overlooks it
        if (named.address() == NamedLeader.Address.OTHERS) return true;
        if (named.epoch() == now.epoch() && now.leaderId().isPresent())
            return now.leaderId().getAsInt() != named.id();
        boolean isUnknown = named.address() == NamedLeader.Address.NONE && !isVoter.test(named.id());
        return isUnknown || named.id() == nodeId;
    }
}
