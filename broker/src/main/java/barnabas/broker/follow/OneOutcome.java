package barnabas.broker.follow;

import barnabas.net.peer.PeerOutcome;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/// The place where a thread waits for the outcome of the request that it sent.
final class OneOutcome implements Consumer<PeerOutcome> {
    private final ArrayBlockingQueue<PeerOutcome> outcome = new ArrayBlockingQueue<>(1);

    @Override
    public void accept(PeerOutcome ended) {
        outcome.add(ended);
    }

    /// A peer hands over exactly one, by the request's deadline.
    PeerOutcome await() throws InterruptedException {
        return outcome.take();
    }
}
