package barnabas.broker.leaders;

import barnabas.base.Clock;

/// Session of this broker with the active controller, as the broker can know of it. The controller gives the
/// leaderships of a broker to others when it took no heartbeat for `broker.session.timeout.ms`, and a broker that is
/// cut off has no image of that: it goes on, as in Kafka, since its followers decide what is committed. What is wrong
/// when others lead by now, and a client would take for final, it answers after its followers were asked, or not.
///
/// A controller takes a heartbeat after it was sent, so that this session is over before the controller's. Leaderships
/// that move while the broker's heartbeats are taken are not seen here.
///
/// Owner: the thread that sends heartbeats; any thread reads.
public final class BrokerSession {
    private final Clock clock;
    private final long timeoutNanos;
    private volatile long takenNanos;
    private volatile boolean isShared;

    /// A node alone has no heartbeats, and a session without end.
    public BrokerSession(long timeoutMillis, Clock clock) {
        this.clock = clock;
        this.timeoutNanos = timeoutMillis * 1_000_000;
    }

    /// The controller has taken a heartbeat, and the broker is not fenced.
    ///
    /// @param sentNanos when it was sent
    public void taken(long sentNanos) {
        takenNanos = sentNanos;
        isShared = true;
    }

    /// Whether other brokers may lead by now what this one leads by its image.
    public boolean mayBeOver() {
        return isShared && clock.nanos() - takenNanos >= timeoutNanos;
    }
}
