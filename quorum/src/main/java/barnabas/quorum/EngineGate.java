package barnabas.quorum;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.BeginQuorumEpochResponseData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotRequestData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.UpdateRaftVoterRequestData;
import org.apache.kafka.common.message.UpdateRaftVoterResponseData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;
import org.jspecify.annotations.Nullable;

/// Keeps messages of other nodes from the Raft engine that it takes for impossible, and requests that would use up its
/// epochs. The engine ends the node when a message names another leader of the present epoch than the one it follows,
/// this node as a leader that it is not, a leader without an address, or this node as the sender. It takes up any later epoch, which voters keep
/// on their disks: after the last one there is no election any more. No node of the cluster says such things by itself,
/// but everybody who reaches a controller listener can, and a node that was lied to repeats it in its answers.
///
/// On the Raft thread, right before the engine handles a message: what is compared is the engine's present state.
final class EngineGate {
    /// Epochs that a request may be ahead of this node. Voters that find no majority begin one or two in a second, and
    /// with pre-votes (KIP-996) none: nodes are not that far apart.
    static final int EPOCHS_AHEAD_MAX = 1_000_000;

    private final int nodeId;
    private final String clusterId;
    private final ListenerName listener;
    private final IntPredicate isVoter;
    private final Supplier<LeaderAndEpoch> present;

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
        short invalid = Errors.INVALID_REQUEST.code();
        return switch (request) {
            case VoteRequestData vote when isOurs(vote.clusterId()) && isRefused(vote) ->
                new VoteResponseData().setErrorCode(invalid);
            case BeginQuorumEpochRequestData begin when isOurs(begin.clusterId()) && isRefused(request) ->
                new BeginQuorumEpochResponseData().setErrorCode(invalid);
            case EndQuorumEpochRequestData end when isOurs(end.clusterId()) && isRefused(request) ->
                new EndQuorumEpochResponseData().setErrorCode(invalid);
            // The engine ends the node when it leads.
            case FetchRequestData fetch when fetch.replicaState().replicaId() == nodeId ->
                new FetchResponseData().setErrorCode(invalid);
            case FetchSnapshotRequestData fetch when fetch.replicaId() == nodeId ->
                new FetchSnapshotResponseData().setErrorCode(invalid);
            case UpdateRaftVoterRequestData update when update.voterId() == nodeId ->
                new UpdateRaftVoterResponseData().setErrorCode(invalid);
            default -> null;
        };
    }

    /// What the engine sees in place of a message: the message, or for an impossible response that of a node which
    /// cannot be reached, so that the engine asks again later.
    RaftMessage seen(RaftMessage message) {
        if (!(message instanceof RaftResponse.Inbound response)) return message;
        List<NamedLeader> named = NamedLeader.in(response.data(), listener);
        if (named.stream().noneMatch(this::isImpossible)) return message;
        ApiKeys api = ApiKeys.forId(response.data().apiKey());
        return new RaftResponse.Inbound(
                response.correlationId(),
                RaftUtil.errorResponse(api, Errors.BROKER_NOT_AVAILABLE),
                response.source());
    }

    /// The engine refuses requests of other clusters, with an answer of their own.
    private boolean isOurs(@Nullable String cluster) {
        return cluster == null || cluster.equals(clusterId);
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

    private boolean isRefused(ApiMessage request) {
        for (NamedLeader each : NamedLeader.in(request, listener)) {
            // A leader sends no such request to itself.
            boolean isSelf = each.id() == nodeId && each.epoch() >= present.get().epoch();
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
        return named.id() == nodeId || named.address() == NamedLeader.Address.NONE && !isVoter.test(named.id());
    }
}
