package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.cluster.envelope.SealedRequest;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.OwnController;
import barnabas.metadata.SeenImages;
import barnabas.metadata.TokenApis;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.mutations.MutationRates;
import barnabas.metadata.mutations.Requester;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A node's way to the active controller: its own one while it leads the metadata log, else that of the leader, over
/// the wire. Asks again while there is no leader, the connection breaks or the other node no longer leads, until the
/// deadline: as with Kafka's brokers, a change may then have been made by an earlier attempt.
final class RemoteController implements ControllerPort {
    private static final long RETRY_NANOS = 20_000_000;
    private static final Refusal NOT_CONTROLLER =
            new Refusal(ErrorCode.NOT_CONTROLLER, "This is not the correct controller for this cluster.");
    private static final Refusal TIMED_OUT = new Refusal(ErrorCode.REQUEST_TIMED_OUT, "The request timed out.");
    /// Answers that hold all the asker needs: it does not read their effect from its image.
    private static final Set<ControllerApi<?, ?>> COMPLETE = Set.of(
            BrokerApis.BROKER_HEARTBEAT, BrokerApis.ALLOCATE_PRODUCER_IDS, ControllerApis.LIST_PARTITION_REASSIGNMENTS);

    private final QuorumView quorum;
    private final OwnController own;
    private final SeenImages images;
    private final Clock clock;
    private final long nodeTimeoutMillis;

    /// @param nodeTimeoutMillis for requests that name no time-out
    RemoteController(QuorumView quorum, OwnController own, SeenImages images, Clock clock, long nodeTimeoutMillis) {
        this.quorum = quorum;
        this.own = own;
        this.images = images;
        this.clock = clock;
        this.nodeTimeoutMillis = nodeTimeoutMillis;
    }

    @Override
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
        int asked = api.timeoutMillis().applyAsInt(request);
        // Without time of its own a request still has to reach the controller, which then answers it at once.
        long millis = asked <= 0 ? nodeTimeoutMillis : asked;
        return ask(api, request, Deadline.inMillis(millis, clock), requester);
    }

    @Override
    @SuppressWarnings("unchecked") // the codec gives the answer of the request's key
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException {
        R refused = api.refuse().refuse(request, NOT_CONTROLLER);
        R late = api.refuse().refuse(request, TIMED_OUT);
        while (true) {
            QuorumLeader leader = quorum.leadership();
            if (leader.isLedBy(quorum.nodeId())) {
                R answer = own.ask(api, request, deadline, requester);
                // An empty request has the same answer whatever went wrong.
                if (!answer.equals(refused) || refused.equals(late)) return answer;
            } else if (leader.leaderId() != QuorumLeader.NOBODY
                    && send(leader, api, request, deadline, requester)
                            instanceof PeerOutcome.Answered(ResponseMessage response, short version)
                    && !says(response, refused, late, version)) {
                return COMPLETE.contains(api) || awaitSeen(deadline) ? (R) response : late;
            }
            if (deadline.passed()) return late;
            pause(deadline);
        }
    }

    /// Sends the request in an envelope when the leader has to know whose quota counts, or whose token it is.
    private @Nullable PeerOutcome send(
            QuorumLeader leader,
            ControllerApi<?, ?> api,
            RequestMessage request,
            Deadline deadline,
            Requester requester)
            throws InterruptedException {
        boolean isOfClient = TokenApis.all().contains(api)
                || MutationRates.hasLimits(images.image().quotas());
        if (requester.isNode() || !isOfClient) {
            // In no later version than the client's: a field of its version may be absent there (names in
            // DeleteTopics).
            short versionMax = requester.isNode() ? request.apiKey().highestStableVersion() : requester.version();
            return quorum.send(leader, request, versionMax, deadline);
        }
        PeerOutcome outcome = quorum.send(leader, SealedRequest.of(request, requester), deadline);
        if (!(outcome instanceof PeerOutcome.Answered(ResponseMessage answer, var _))) return outcome;
        ResponseMessage opened = SealedRequest.open(answer, request.apiKey(), requester.version());
        return opened == null ? null : new PeerOutcome.Answered(opened, requester.version());
    }

    /// Whether a node answered that it is not the controller. Compared as sent: what the version lacks is lost on the
    /// way.
    private static boolean says(
            ResponseMessage response, ResponseMessage refused, ResponseMessage late, short version) {
        ByteBuffer refusal = Bodies.of(refused, version);
        return Bodies.of(response, version).equals(refusal) && !refusal.equals(Bodies.of(late, version));
    }

    /// Waits until this node has seen everything that was committed when the answer came.
    private boolean awaitSeen(Deadline deadline) throws InterruptedException {
        while (true) {
            long committed = quorum.committedAtLeader(deadline);
            if (committed >= 0) return images.awaitOffset(committed - 1, deadline);
            if (deadline.passed()) return false;
            pause(deadline);
        }
    }

    private void pause(Deadline deadline) throws InterruptedException {
        long next = clock.nanos() + RETRY_NANOS;
        clock.parkUntil(this, next - deadline.nanos() < 0 ? next : deadline.nanos());
        if (Thread.interrupted()) throw new InterruptedException();
    }
}
