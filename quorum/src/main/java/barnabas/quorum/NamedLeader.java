package barnabas.quorum;

import java.util.List;
import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.BeginQuorumEpochResponseData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.UpdateRaftVoterResponseData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.raft.Endpoints;

/// A leader of the quorum that a message names.
///
/// @param address what the message says about where the leader listens
record NamedLeader(int id, int epoch, Address address) {
    enum Address {
        /// The engine takes that of the voter.
        NONE,
        /// Addresses, none of them of a controller listener: the engine takes them, and has none to fetch from.
        OTHERS,
        GIVEN
    }

    /// Those in a message of another node, one for each partition with a leader: the engine takes messages of one
    /// partition only, but looks at the leader of others first.
    static List<NamedLeader> in(ApiMessage message, ListenerName listener) {
        return switch (message) {
            case BeginQuorumEpochRequestData begin -> {
                Endpoints at = Endpoints.fromBeginQuorumEpochRequest(begin.leaderEndpoints());
                yield begin.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .map(each -> of(each.leaderId(), each.leaderEpoch(), at, listener))
                        .toList();
            }
            case EndQuorumEpochRequestData end -> {
                Endpoints at = Endpoints.fromEndQuorumEpochRequest(end.leaderEndpoints());
                yield end.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .map(each -> of(each.leaderId(), each.leaderEpoch(), at, listener))
                        .toList();
            }
            default -> inResponse(message, listener);
        };
    }

    private static List<NamedLeader> inResponse(ApiMessage message, ListenerName listener) {
        return switch (message) {
            case BeginQuorumEpochResponseData begun ->
                begun.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(each -> each.leaderId() >= 0)
                        .map(each -> of(
                                each.leaderId(),
                                each.leaderEpoch(),
                                Endpoints.fromBeginQuorumEpochResponse(
                                        listener, each.leaderId(), begun.nodeEndpoints()),
                                listener))
                        .toList();
            case EndQuorumEpochResponseData ended ->
                ended.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(each -> each.leaderId() >= 0)
                        .map(each -> of(
                                each.leaderId(),
                                each.leaderEpoch(),
                                Endpoints.fromEndQuorumEpochResponse(listener, each.leaderId(), ended.nodeEndpoints()),
                                listener))
                        .toList();
            case VoteResponseData voted ->
                voted.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(each -> each.leaderId() >= 0)
                        .map(each -> of(
                                each.leaderId(),
                                each.leaderEpoch(),
                                Endpoints.fromVoteResponse(listener, each.leaderId(), voted.nodeEndpoints()),
                                listener))
                        .toList();
            default -> inAnswerToFollower(message, listener);
        };
    }

    private static List<NamedLeader> inAnswerToFollower(ApiMessage message, ListenerName listener) {
        return switch (message) {
            case FetchResponseData fetched ->
                fetched.responses().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .map(each -> each.currentLeader())
                        .filter(each -> each.leaderId() >= 0)
                        .map(each -> of(
                                each.leaderId(),
                                each.leaderEpoch(),
                                Endpoints.fromFetchResponse(listener, each.leaderId(), fetched.nodeEndpoints()),
                                listener))
                        .toList();
            case FetchSnapshotResponseData fetched ->
                fetched.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .map(each -> each.currentLeader())
                        .filter(each -> each.leaderId() >= 0)
                        .map(each -> of(
                                each.leaderId(),
                                each.leaderEpoch(),
                                Endpoints.fromFetchSnapshotResponse(listener, each.leaderId(), fetched.nodeEndpoints()),
                                listener))
                        .toList();
            case UpdateRaftVoterResponseData updated
            when updated.currentLeader().leaderId() >= 0 -> {
                var leader = updated.currentLeader();
                Address at = leader.host().isEmpty() ? Address.NONE : Address.GIVEN;
                yield List.of(new NamedLeader(leader.leaderId(), leader.leaderEpoch(), at));
            }
            default -> List.of();
        };
    }

    private static NamedLeader of(int id, int epoch, Endpoints at, ListenerName listener) {
        Address address = at.isEmpty() ? Address.NONE : Address.OTHERS;
        return new NamedLeader(id, epoch, at.address(listener).isPresent() ? Address.GIVEN : address);
    }
}
