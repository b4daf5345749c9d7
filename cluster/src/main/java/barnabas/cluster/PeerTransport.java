package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.net.Network;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.BeginQuorumEpochResponse;
import barnabas.protocol.message.EndQuorumEpochResponse;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchSnapshotResponse;
import barnabas.protocol.message.VoteResponse;
import barnabas.quorum.RaftTransport;
import java.util.function.Consumer;

/// Carries the requests of the Raft engine to the controller listeners of other nodes.
final class PeerTransport implements RaftTransport {
    private static final int PROBE_MILLIS_MAX = 500;

    private final Peers peers;
    private final Network network;
    private final Clock clock;
    private final ForeignControllers foreign;

    PeerTransport(Peers peers, Network network, Clock clock) {
        this.peers = peers;
        this.network = network;
        this.clock = clock;
        this.foreign = new ForeignControllers(clock);
    }

    @Override
    public void send(Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome) {
        ApiKey key = ApiKey.of(request.apiKey());
        if (key == null) throw new IllegalArgumentException("no API key: " + request.apiKey());
        short version = (short) Math.min(request.highestVersion(), key.highestStableVersion());
        RequestMessage message;
        try {
            message = Bodies.request(key, request.body().apply(version), version);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("bug: " + key + " of the Raft engine is not readable", e);
        }
        peers.at(to.host(), to.port())
                .send(
                        message,
                        version,
                        Deadline.inMillis(timeoutMillis, clock),
                        end -> outcome.accept(outcome(to, end, request)));
    }

    @Override
    public boolean isRefused(Destination at) {
        return network.probe(at.host(), at.port(), PROBE_MILLIS_MAX) == Network.Reachability.REFUSED;
    }

    private Outcome outcome(Destination from, PeerOutcome end, Request request) {
        return switch (end) {
            case PeerOutcome.Answered(var response, short version) -> {
                if (version < request.lowestVersion()) yield new Outcome.NoCommonVersion();
                // The engine would ask again at once, without end.
                if (errorOf(response) == ErrorCode.INCONSISTENT_CLUSTER_ID.code()) yield foreign(from);
                yield new Outcome.Answered(version, Bodies.of(response, version));
            }
            case PeerOutcome.Disconnected(var _, String detail) -> new Outcome.Disconnected(detail);
            case PeerOutcome.TimedOut(var _, String detail) -> new Outcome.Unreachable(detail);
            case PeerOutcome.Refused(var reason, String detail) ->
                reason == PeerOutcome.Reason.UNSUPPORTED
                        ? new Outcome.NoCommonVersion()
                        : new Outcome.Unreachable(detail);
        };
    }

    private static short errorOf(ResponseMessage response) {
        return switch (response) {
            case VoteResponse vote -> vote.errorCode();
            case BeginQuorumEpochResponse begun -> begun.errorCode();
            case EndQuorumEpochResponse ended -> ended.errorCode();
            case FetchResponse fetched -> fetched.errorCode();
            case FetchSnapshotResponse fetched -> fetched.errorCode();
            case ResponseMessage _ -> ErrorCode.NONE.code();
        };
    }

    private Outcome foreign(Destination from) {
        String address = from.host() + ":" + from.port();
        foreign.log(address);
        return new Outcome.Unreachable(address + " belongs to another cluster");
    }
}
