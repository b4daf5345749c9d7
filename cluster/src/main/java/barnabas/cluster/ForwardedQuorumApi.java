package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.log.QuorumLeader;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.quorum.QuorumMetadataLog;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// DescribeQuorum on a broker (KIP-595, KIP-836): the leader of the quorum answers, because it alone knows how far the
/// others are.
final class ForwardedQuorumApi implements BlockingApi<DescribeQuorumRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);
    private static final long RETRY_NANOS = 20_000_000;

    private final QuorumView quorum;
    private final QuorumMetadataLog log;
    private final String listener;
    private final long timeoutMillis;
    private final Clock clock;

    /// @param listener of the controllers
    ForwardedQuorumApi(QuorumView quorum, QuorumMetadataLog log, String listener, long timeoutMillis, Clock clock) {
        this.quorum = quorum;
        this.log = log;
        this.listener = listener;
        this.timeoutMillis = timeoutMillis;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_QUORUM;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeQuorumRequest request, Call call) throws InterruptedException {
        Deadline deadline = Deadline.inMillis(timeoutMillis, clock);
        while (true) {
            DescribeQuorumResponse answer = ask(request, call, deadline);
            if (answer != null && !isLeaderless(answer)) return answer;
            if (deadline.passed())
                return DescribeQuorumResponse.builder()
                        .errorCode(ErrorCode.REQUEST_TIMED_OUT.code())
                        .errorMessage("The metadata quorum has no leader that answers.")
                        .build();
            clock.parkUntil(this, clock.nanos() + RETRY_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    private @Nullable DescribeQuorumResponse ask(DescribeQuorumRequest request, Call call, Deadline deadline)
            throws InterruptedException {
        QuorumLeader leader = quorum.leadership();
        if (leader.leaderId() == QuorumLeader.NOBODY) return null;
        if (leader.isLedBy(quorum.nodeId())) return own(request, call.version());
        return quorum.send(leader, request, deadline)
                        instanceof PeerOutcome.Answered(DescribeQuorumResponse answer, var _)
                ? answer
                : null;
    }

    private @Nullable DescribeQuorumResponse own(DescribeQuorumRequest request, short version)
            throws InterruptedException {
        try {
            ByteBuffer body = log.handle(listener, key().id(), version, 0, Bodies.of(request, version))
                    .toCompletableFuture()
                    .get();
            return (DescribeQuorumResponse) Bodies.response(key(), body, version);
        } catch (ExecutionException e) {
            return null; // the node ends, or too much waits for the Raft thread
        }
    }

    private static boolean isLeaderless(DescribeQuorumResponse answer) {
        for (var topic : answer.topics())
            for (var partition : topic.partitions())
                if (partition.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code()) return true;
        return false;
    }
}
