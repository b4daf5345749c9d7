package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.log.QuorumLeader;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AddRaftVoterResponse;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.protocol.message.RemoveRaftVoterResponse;
import barnabas.quorum.QuorumMetadataLog;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A request about the quorum on a broker: the leader of the quorum answers. It alone knows how far the others are, and
/// changes the voters (KIP-595, KIP-836, KIP-853).
final class ForwardedQuorumApi implements BlockingApi<RequestMessage> {
    private static final long RETRY_NANOS = 20_000_000;
    private static final String TIMED_OUT = "The metadata quorum has no leader that answers.";

    /// All that brokers answer.
    static final List<ApiKey> KEYS = List.of(ApiKey.DESCRIBE_QUORUM, ApiKey.ADD_RAFT_VOTER, ApiKey.REMOVE_RAFT_VOTER);

    private final ApiKey key;
    private final QuorumView quorum;
    private final QuorumMetadataLog log;
    private final String listener;
    private final long timeoutMillis;
    private final Clock clock;

    /// @param listener of the controllers
    ForwardedQuorumApi(
            ApiKey key, QuorumView quorum, QuorumMetadataLog log, String listener, long timeoutMillis, Clock clock) {
        this.key = key;
        this.quorum = quorum;
        this.log = log;
        this.listener = listener;
        this.timeoutMillis = timeoutMillis;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return key;
    }

    @Override
    public Need needs() {
        return new Need.OnCluster(RaftApi.operation(key));
    }

    @Override
    public ResponseMessage answer(RequestMessage request, Call call) throws InterruptedException {
        int bytes = request.sizeBytes(call.version());
        // The controller would close the connection of this node.
        if (bytes > QuorumMetadataLog.REQUEST_BYTES_MAX)
            return failed(ErrorCode.INVALID_REQUEST, "The request has " + bytes + " bytes.");
        Deadline deadline = Deadline.inMillis(timeoutMillis, clock);
        while (true) {
            ResponseMessage answer = ask(request, call, deadline);
            if (answer != null && !isLeaderless(answer)) return answer;
            if (deadline.passed()) return failed(ErrorCode.REQUEST_TIMED_OUT, TIMED_OUT);
            clock.parkUntil(this, clock.nanos() + RETRY_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    private ResponseMessage failed(ErrorCode code, String message) {
        short error = code.code();
        if (key == ApiKey.ADD_RAFT_VOTER)
            return AddRaftVoterResponse.builder()
                    .errorCode(error)
                    .errorMessage(message)
                    .build();
        if (key == ApiKey.REMOVE_RAFT_VOTER)
            return RemoveRaftVoterResponse.builder()
                    .errorCode(error)
                    .errorMessage(message)
                    .build();
        return DescribeQuorumResponse.builder()
                .errorCode(error)
                .errorMessage(message)
                .build();
    }

    private @Nullable ResponseMessage ask(RequestMessage request, Call call, Deadline deadline)
            throws InterruptedException {
        QuorumLeader leader = quorum.leadership();
        if (leader.leaderId() == QuorumLeader.NOBODY) return null;
        if (leader.isLedBy(quorum.nodeId())) return own(request, call.version());
        // in the version of the client: an answer has fields that an earlier one cannot carry
        return quorum.send(leader, request, call.version(), deadline)
                        instanceof PeerOutcome.Answered(ResponseMessage answer, var _)
                ? answer
                : null;
    }

    private @Nullable ResponseMessage own(RequestMessage request, short version) throws InterruptedException {
        try {
            ByteBuffer body = log.handle(listener, key.id(), version, 0, Bodies.of(request, version))
                    .toCompletableFuture()
                    .get();
            return Bodies.response(key, body, version);
        } catch (ExecutionException e) {
            return null; // the node ends, or too much waits for the Raft thread
        }
    }

    /// Whether the node that answered does not lead, and has done nothing.
    private static boolean isLeaderless(ResponseMessage answer) {
        short notLeader = ErrorCode.NOT_LEADER_OR_FOLLOWER.code();
        return switch (answer) {
            case AddRaftVoterResponse added -> added.errorCode() == notLeader;
            case RemoveRaftVoterResponse removed -> removed.errorCode() == notLeader;
            case DescribeQuorumResponse described ->
                described.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .anyMatch(partition -> partition.errorCode() == notLeader);
            case ResponseMessage _ -> false;
        };
    }
}
