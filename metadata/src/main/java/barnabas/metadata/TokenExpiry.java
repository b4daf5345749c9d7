package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.metadata.access.TokenPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removal of expired delegation tokens every `delegation.token.expiry.check.interval.ms`, while this node leads.
final class TokenExpiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenExpiry.class);

    private final Schedule schedule;

    TokenExpiry(ControllerService controller, TokenPolicy policy, Clock clock, Threads threads) {
        schedule = new Schedule("token-expiry", clock, threads);
        schedule.everyMillis(policy.checkMillis(), () -> {
            int removed = controller.removeExpiredTokens();
            if (removed > 0) LOG.info("Removed {} expired delegation tokens", removed);
        });
    }

    @Override
    public void close() {
        schedule.close();
    }
}
