package barnabas.net.rate;

import barnabas.base.Clock;
import barnabas.net.Connection;
import java.util.concurrent.Future;

/// The time for which a connection handles no request (KIP-219). Owner: the connection's event loop.
public final class MutedTime {
    private final Connection connection;
    private final Clock clock;
    private final Runnable resume;
    private boolean muted;
    private long untilNanos;

    /// @param resume runs on the event loop when the time is over
    public MutedTime(Connection connection, Clock clock, Runnable resume) {
        this.connection = connection;
        this.clock = clock;
        this.resume = resume;
    }

    public boolean isMuted() {
        return muted;
    }

    /// Lasts for so long from now on, unless it lasts longer anyway.
    public void lastFor(long nanos) {
        long until = clock.nanos() + nanos;
        if (muted && until - untilNanos <= 0) return;
        untilNanos = until;
        if (muted) return;
        muted = true;
        Future<?> _ = connection.onLoopAfter(nanos, this::end);
    }

    private void end() {
        long left = untilNanos - clock.nanos();
        if (left > 0) {
            Future<?> _ = connection.onLoopAfter(left, this::end);
            return;
        }
        muted = false;
        resume.run();
    }
}
