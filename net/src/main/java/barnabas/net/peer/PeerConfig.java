package barnabas.net.peer;

import barnabas.base.Check;
import java.time.Duration;

/// Limits of the connection to one [Peer].
///
/// @param clientId in the header of every request
/// @param softwareVersion in ApiVersions (KIP-511), beside the name `barnabas`
/// @param networkThreads event loops to start if no listener or peer of the node runs any yet
/// @param inFlightMax requests without outcome; more are refused
/// @param inFlightBytesMax bytes of requests without outcome, counted in their highest version
/// @param answerBytesMax size of an answer; an answer that declares more ends the connection before it is read
/// @param connectMax from the attempt to connect to agreed versions (`socket.connection.setup.timeout.ms`)
/// @param idleMax without requests, then the connection is closed (`connections.max.idle.ms`)
/// @param backoff from a failure to the next attempt to connect, doubled with every failure in a row
///     (`reconnect.backoff.ms`)
/// @param backoffMax upper limit of `backoff` (`reconnect.backoff.max.ms`)
public record PeerConfig(
        String clientId,
        String softwareVersion,
        int networkThreads,
        int inFlightMax,
        long inFlightBytesMax,
        int answerBytesMax,
        Duration connectMax,
        Duration idleMax,
        Duration backoff,
        Duration backoffMax) {
    public PeerConfig {
        Check.that(networkThreads > 0, "no event loop");
        Check.that(inFlightMax > 0 && inFlightBytesMax > 0 && answerBytesMax > 0, "a limit of nothing");
        Check.that(backoff.compareTo(backoffMax) <= 0, "backoff above its limit");
    }

    /// Kafka's default times; 100 requests or 64 MB in flight, answers of at most 100 MB.
    public PeerConfig(String clientId, String softwareVersion, int networkThreads) {
        this(
                clientId,
                softwareVersion,
                networkThreads,
                100,
                64L << 20,
                100 << 20,
                Duration.ofSeconds(10),
                Duration.ofMinutes(9),
                Duration.ofMillis(50),
                Duration.ofSeconds(1));
    }
}
