package barnabas.net.peer;

import barnabas.base.Deadline;
import barnabas.protocol.RequestMessage;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/// Another node that takes requests. Connects with the first request and again after a connection was lost.
///
/// Threads: any thread may send. Outcomes are handed over on the peer's event loop, which must not be blocked; only
/// what [PeerOutcome.Refused] says is refused at once may be handed over on the sending thread, inside `send`, as a
/// queue of refusals would have no limit. Requests of one thread are written in the order in which they were sent.
public interface Peer extends AutoCloseable {
    /// Sends a request in the highest version that both sides know, at most `versionMax`, and hands its outcome to
    /// `done`, exactly once. Produce with acks=0 has no answer and must not be sent.
    ///
    /// The request is written when the connection is ready; until then it waits as long as `deadline` allows. An
    /// answer that does not come in time costs the connection, because everything behind it is late too.
    void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done);

    /// Sends a request in the highest stable version that both sides know.
    default void send(RequestMessage request, Deadline deadline, Consumer<PeerOutcome> done) {
        send(request, request.apiKey().highestStableVersion(), deadline, done);
    }

    /// Sends a request and waits for its outcome: on a virtual thread, never on an event loop.
    default PeerOutcome call(RequestMessage request, Deadline deadline) throws InterruptedException {
        var outcome = new ArrayBlockingQueue<PeerOutcome>(1);
        send(request, deadline, outcome::add);
        return outcome.take();
    }

    /// Disconnects and completes everything outstanding as [PeerOutcome.Disconnected]. Returns when that is done,
    /// except on the peer's event loop, where it is done next.
    @Override
    void close();
}
