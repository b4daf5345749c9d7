package barnabas.cluster;

import barnabas.base.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lines in a node's log on controllers of another cluster that it asks: one every half a minute for all of them, since
/// they are asked again and again, and mostly it is this node that does not belong to them.
final class ForeignControllers {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignControllers.class);
    private static final long REPORT_NANOS = 30_000_000_000L;

    private final Clock clock;
    private final AtomicLong nextNanos;

    ForeignControllers(Clock clock) {
        this.clock = clock;
        this.nextNanos = new AtomicLong(clock.nanos());
    }

    void log(String address) {
        line(address)
                .ifPresentOrElse(
                        LOG::error, () -> LOG.debug("The controller at {} is of another cluster too", address));
    }

    /// The line that is due.
    Optional<String> line(String address) {
        long now = clock.nanos();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + REPORT_NANOS)) return Optional.empty();
        return Optional.of("The controller at " + address + " belongs to another cluster: its directories or those of"
                + " this node were formatted with another cluster id (cluster.id in meta.properties)");
    }
}
