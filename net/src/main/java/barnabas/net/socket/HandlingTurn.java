package barnabas.net.socket;

import barnabas.base.Clock;
import java.util.concurrent.Future;

/// The time in which one connection's requests are handled in a row, before the other connections of its loop have
/// theirs. Owner: the event loop.
final class HandlingTurn {
    /// About the time that one full read of Produce requests takes.
    private static final long NANOS_MAX = 2_000_000;

    private final Clock clock;
    private long begunNanos;
    private boolean handled;
    private boolean over;

    HandlingTurn(Clock clock) {
        this.clock = clock;
    }

    void begin(long nanos) {
        begunNanos = nanos;
        handled = false;
    }

    void handles() {
        handled = true;
    }

    /// Nothing more may be handled until the next turn begins.
    boolean isOver() {
        return over;
    }

    /// Ends this turn when it has lasted too long; the connection then resumes in its next one. The first request of a
    /// turn always belongs to it.
    void endIfDue(SocketConnection connection) {
        if (!handled || over || clock.nanos() - begunNanos <= NANOS_MAX) return;
        over = true;
        // Behind what the loop has read meanwhile; a plain task would come before.
        Future<?> _ = connection.onLoopAfter(0, () -> {
            over = false;
            connection.resume();
        });
    }
}
