package barnabas.cluster.upkeep;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.config.BrokerConfig;
import barnabas.metadata.OwnController;
import java.util.ArrayList;
import java.util.List;

/// Runs, several times in a session, what the active controller looks for by itself: brokers whose session is over or
/// whose process may have ended, leaders that are not the preferred ones. One thread.
public final class SessionTimer implements AutoCloseable {
    private static final int LOOKS_PER_SESSION = 18;

    private final Schedule schedule;

    /// @param controller of this node, which does nothing while another node leads
    /// @param more looks of the same kind
    public SessionTimer(
            OwnController controller, List<Runnable> more, BrokerConfig config, Clock clock, Threads threads) {
        var balance = new LeaderBalance(controller, config.replication().election(), clock);
        var looks = new ArrayList<Runnable>(List.of(controller::expireSessions, balance::look));
        looks.addAll(more);
        schedule = new Schedule("broker-sessions", clock, threads);
        long sessionMillis = config.metadata().registration().sessionTimeoutMillis();
        long interval = Math.max(1, sessionMillis / LOOKS_PER_SESSION);
        schedule.everyMillis(interval, () -> looks.forEach(Runnable::run));
    }

    @Override
    public void close() {
        schedule.close();
    }
}
