package barnabas.quorum;

import barnabas.metadata.log.MetadataLog.QuorumFigures;
import barnabas.quorum.RaftTransport.Destination;
import barnabas.quorum.RaftTransport.Outcome;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Raft engine's way out, over a [RaftTransport]. What goes wrong is answered with an error response: the engine
/// does not expect a future that fails.
final class RaftChannel implements NetworkChannel {
    private static final Logger LOG = LoggerFactory.getLogger(RaftChannel.class);

    private final RaftTransport transport;
    private final ListenerName listener;
    private final int timeoutMillis;
    private final LeaderWatch watch;
    private final AtomicInteger correlations = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder answers = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();

    /// @param listener of the controllers
    /// @param timeoutMillis `controller.quorum.request.timeout.ms`
    /// @param watch learns which connections closed, and delays requests for pre-votes
    RaftChannel(RaftTransport transport, ListenerName listener, int timeoutMillis, LeaderWatch watch) {
        this.transport = transport;
        this.listener = listener;
        this.timeoutMillis = timeoutMillis;
        this.watch = watch;
    }

    @Override
    public int newCorrelationId() {
        return correlations.getAndIncrement();
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        var answered = new CompletableFuture<RaftResponse.Inbound>();
        if (RaftMessages.asksForPreVote(request.data())) watch.afterDelay(() -> send(request, answered));
        else send(request, answered);
        return answered;
    }

    private void send(RaftRequest.Outbound request, CompletableFuture<RaftResponse.Inbound> answered) {
        ApiKeys api = ApiKeys.forId(request.data().apiKey());
        var node = request.destination();
        var to = new Destination(node.id(), node.host(), node.port());
        watch.asked(to);
        transport.send(
                to,
                new RaftTransport.Request(
                        api.id,
                        RaftMessages.lowestVersion(api),
                        api.latestVersion(),
                        version -> counted(RaftMessages.encode(request.data(), (short) version))),
                timeoutMillis,
                outcome -> {
                    // Before the engine learns of it, and asks other nodes.
                    if (outcome instanceof Outcome.Disconnected) watch.disconnected(to);
                    answered.complete(
                            new RaftResponse.Inbound(request.correlationId(), answer(api, node.id(), outcome), node));
                });
    }

    private ByteBuffer counted(ByteBuffer body) {
        requests.increment();
        bytesOut.add(body.remaining());
        return body;
    }

    /// @param commitMillisAvg of [QuorumFigures]
    QuorumFigures figures(double commitMillisAvg) {
        return new QuorumFigures(requests.sum(), answers.sum(), bytesOut.sum(), bytesIn.sum(), commitMillisAvg);
    }

    private ApiMessage answer(ApiKeys api, int nodeId, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(short version, var body) -> {
                answers.increment();
                bytesIn.add(body.remaining());
                yield decoded(api, nodeId, version, body);
            }
            case Outcome.Unreachable(String reason) -> unavailable(api, nodeId, reason);
            case Outcome.Disconnected(String reason) -> unavailable(api, nodeId, reason);
            case Outcome.NoCommonVersion _ -> {
                LOG.warn("Node {} has no version of {} that this node has", nodeId, api.name);
                yield RaftUtil.errorResponse(api, Errors.UNSUPPORTED_VERSION);
            }
        };
    }

    private static ApiMessage unavailable(ApiKeys api, int nodeId, String reason) {
        LOG.debug("{} to node {}: {}", api.name, nodeId, reason);
        return RaftUtil.errorResponse(api, Errors.BROKER_NOT_AVAILABLE);
    }

    private static ApiMessage decoded(ApiKeys api, int nodeId, short version, ByteBuffer body) {
        try {
            return RaftMessages.response(api, version, body);
        } catch (RuntimeException e) {
            LOG.warn("Node {} sent a malformed answer to {}: {}", nodeId, api.name, e.toString());
            return RaftUtil.errorResponse(api, Errors.UNKNOWN_SERVER_ERROR);
        }
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    @Override
    public void close() {
        // The transport is the caller's.
    }
}
