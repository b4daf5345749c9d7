package barnabas.mirror;

import barnabas.base.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Problems with a mirror's source, by the broker that has them; each is logged once.
final class Trouble {
    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    /// The source as a whole, beside the ids of its brokers.
    static final int SOURCE = -1;

    /// A problem that lasts.
    ///
    /// @param sinceMillis wall clock
    record Lasting(String problem, long sinceMillis) {}

    private final String mirror;
    private final Clock clock;
    private final Map<Integer, Lasting> byBroker = new ConcurrentHashMap<>();

    Trouble(String mirror, Clock clock) {
        this.mirror = mirror;
        this.clock = clock;
    }

    void at(int broker, String problem) {
        Lasting before = byBroker.get(broker);
        byBroker.put(broker, new Lasting(problem, before == null ? clock.millis() : before.sinceMillis));
        if (before == null) LOG.warn("Mirror {}: the source cannot be read, and is tried again: {}", mirror, problem);
    }

    void over(int broker) {
        if (byBroker.isEmpty()) return;
        if (byBroker.remove(broker) != null) LOG.info("Mirror {}: the source answers again", mirror);
    }

    Map<Integer, Lasting> lasting() {
        return Map.copyOf(byBroker);
    }
}
