package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ApiKey;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.RequestMessage;
import barnabas.quorum.RaftTransport;
import java.util.function.Consumer;

/// Carries the requests of the Raft engine to the controller listeners of other nodes.
final class PeerTransport implements RaftTransport {
    private final Peers peers;
    private final Clock clock;

    PeerTransport(Peers peers, Clock clock) {
        this.peers = peers;
        this.clock = clock;
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
                        end -> outcome.accept(outcome(end, request)));
    }

    private static Outcome outcome(PeerOutcome end, Request request) {
        return switch (end) {
            case PeerOutcome.Answered(var response, short version) ->
                version < request.lowestVersion()
                        ? new Outcome.NoCommonVersion()
                        : new Outcome.Answered(version, Bodies.of(response, version));
            case PeerOutcome.Disconnected(_, String detail) -> new Outcome.Unreachable(detail);
            case PeerOutcome.TimedOut(_, String detail) -> new Outcome.Unreachable(detail);
            case PeerOutcome.Refused(var reason, String detail) ->
                reason == PeerOutcome.Reason.UNSUPPORTED
                        ? new Outcome.NoCommonVersion()
                        : new Outcome.Unreachable(detail);
        };
    }
}
