package barnabas.broker.request;

import barnabas.broker.logging.RequestLines;
import barnabas.broker.logging.TracedClients;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Log of requests, on demand: at level DEBUG of its logger those that took long, at TRACE all. The level may change
/// while the broker runs (`barnabas trace`, `kafka-configs.sh --entity-type broker-loggers`, KIP-412), also for one
/// client id ([TracedClients]).
///
/// ```
/// OffsetCommit v9 of consumer-1 (apache-kafka-java 4.4.0, 10.0.0.7) took 120.4 ms, 119.9 ms of them waiting
/// ```
final class RequestLog {
    static final String LOGGER = TracedClients.REQUESTS;
    static final long SLOW_NANOS = 100_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private RequestLog() {}

    /// Whether a request that took so long is to be logged: for most no more than a comparison and a look at a level.
    static boolean wants(String clientId, long nanos) {
        boolean slow = nanos >= SLOW_NANOS;
        return (slow ? LOG.isDebugEnabled() : LOG.isTraceEnabled())
                || (TracedClients.any() && TracedClients.has(clientId) && (slow || TracedClients.wantsAll(clientId)));
    }

    static void write(Call call, long nanos, long waitedNanos) {
        String line = line(
                call.key().apiName() + " v" + call.version(),
                call.clientId(),
                call.client(),
                call.clientHost().substring(1),
                nanos,
                waitedNanos);
        RequestLines.ofProcess().add(line);
        boolean slow = nanos >= SLOW_NANOS;
        if (slow && LOG.isDebugEnabled()) LOG.debug("{}", line);
        else if (!slow && LOG.isTraceEnabled()) LOG.trace("{}", line);
        else {
            // by its own logger: one line, wherever the level is set
            Logger ofClient = LoggerFactory.getLogger(TracedClients.PREFIX + call.clientId());
            if (slow) ofClient.debug("{}", line);
            else ofClient.trace("{}", line);
        }
    }

    static String line(String request, String clientId, ClientState client, String host, long nanos, long waitedNanos) {
        String who = clientId.isEmpty() ? "a client without id" : clientId.replaceAll("\\p{Cntrl}", "?");
        return request + " of " + who + " (" + client.softwareName() + " " + client.softwareVersion() + ", " + host
                + ") took " + millis(nanos) + " ms, " + millis(waitedNanos) + " ms of them waiting";
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }
}
