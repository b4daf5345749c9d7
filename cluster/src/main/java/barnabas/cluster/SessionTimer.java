package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import java.util.List;

/// Runs, several times in a session, what the active controller looks for by itself: brokers whose session is over or
/// whose process may have ended, leaders that are not the preferred ones. One thread.
final class SessionTimer implements AutoCloseable {
    private static final int LOOKS_PER_SESSION = 18;

    private final Schedule schedule;

    /// @param looks each does nothing while another node leads
    SessionTimer(List<Runnable> looks, long sessionMillis, Clock clock, Threads threads) {
        schedule = new Schedule("broker-sessions", clock, threads);
        long interval = Math.max(1, sessionMillis / LOOKS_PER_SESSION);
        schedule.everyMillis(interval, () -> looks.forEach(Runnable::run));
    }

    @Override
    public void close() {
        schedule.close();
    }
}
