package barnabas.quorum;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
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

    /// A leader as the generated classes of all messages name it.
    private record Named(int id, int epoch) {}

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
                found(
                        begun.topics().stream().flatMap(topic -> topic.partitions().stream()),
                        each -> new Named(each.leaderId(), each.leaderEpoch()),
                        id -> Endpoints.fromBeginQuorumEpochResponse(listener, id, begun.nodeEndpoints()),
                        listener);
            case EndQuorumEpochResponseData ended ->
                found(
                        ended.topics().stream().flatMap(topic -> topic.partitions().stream()),
                        each -> new Named(each.leaderId(), each.leaderEpoch()),
                        id -> Endpoints.fromEndQuorumEpochResponse(listener, id, ended.nodeEndpoints()),
                        listener);
            case VoteResponseData voted ->
                found(
                        voted.topics().stream().flatMap(topic -> topic.partitions().stream()),
                        each -> new Named(each.leaderId(), each.leaderEpoch()),
                        id -> Endpoints.fromVoteResponse(listener, id, voted.nodeEndpoints()),
                        listener);
            case FetchResponseData fetched ->
                found(
                        fetched.responses().stream().flatMap(topic -> topic.partitions().stream()),
                        each -> new Named(
                                each.currentLeader().leaderId(),
                                each.currentLeader().leaderEpoch()),
                        id -> Endpoints.fromFetchResponse(listener, id, fetched.nodeEndpoints()),
                        listener);
            case FetchSnapshotResponseData fetched ->
                found(
                        fetched.topics().stream().flatMap(topic -> topic.partitions().stream()),
                        each -> new Named(
                                each.currentLeader().leaderId(),
                                each.currentLeader().leaderEpoch()),
                        id -> Endpoints.fromFetchSnapshotResponse(listener, id, fetched.nodeEndpoints()),
                        listener);
            case UpdateRaftVoterResponseData updated
            when updated.currentLeader().leaderId() >= 0 -> {
                var leader = updated.currentLeader();
                Address at = leader.host().isEmpty() ? Address.NONE : Address.GIVEN;
                yield List.of(new NamedLeader(leader.leaderId(), leader.leaderEpoch(), at));
            }
            default -> List.of();
        };
    }

    /// Leaders of a response, which has -1 for a partition without one.
    ///
    /// @param addresses of a leader in the response, by its id
    private static <P> List<NamedLeader> found(
            Stream<P> partitions, Function<P, Named> leader, IntFunction<Endpoints> addresses, ListenerName listener) {
        return partitions
                .map(leader)
                .filter(each -> each.id() >= 0)
                .map(each -> of(each.id(), each.epoch(), addresses.apply(each.id()), listener))
                .toList();
    }

    private static NamedLeader of(int id, int epoch, Endpoints at, ListenerName listener) {
        Address address = at.isEmpty() ? Address.NONE : Address.OTHERS;
        return new NamedLeader(id, epoch, at.address(listener).isPresent() ? Address.GIVEN : address);
    }
}
