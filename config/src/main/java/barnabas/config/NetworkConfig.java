package barnabas.config;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.Values;
import java.util.LinkedHashMap;
import java.util.Map;

/// Threads, buffers and limits of the network side.
///
/// @param queuedRequestBytesMax -1: no limit
public record NetworkConfig(
        int networkThreads,
        int ioThreads,
        int backgroundThreads,
        int requestBytesMax,
        int requestTimeoutMillis,
        int requestPartitionsMax,
        int queuedRequestsMax,
        long queuedRequestBytesMax,
        Sockets sockets,
        ConnectionLimits connections) {

    /// -1 leaves a buffer's size to the operating system.
    public record Sockets(int sendBufferBytes, int receiveBufferBytes, int listenBacklog) {}

    /// Limits of the number of connections and of their idle time.
    ///
    /// @param perIpOverrides limit by host name or address, instead of `perIpMax`
    /// @param reauthenticationMillisMax 0: never ask for a second authentication (KIP-368)
    public record ConnectionLimits(
            int max,
            int perIpMax,
            Map<String, Integer> perIpOverrides,
            int creationsPerSecondMax,
            long idleMillisMax,
            int failedAuthenticationDelayMillis,
            long reauthenticationMillisMax) {}

    /// Kafka's default is three for any machine. A loop here does all the work of a request, and work for another
    /// loop costs a wake-up; without a configured number, one processor is left for other threads.
    private static int networkThreads(Values values) {
        int threads = values.integer("num.network.threads");
        if (values.isGiven("num.network.threads")) return threads;
        return Math.min(threads, Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    }

    static NetworkConfig of(Values values) {
        return new NetworkConfig(
                networkThreads(values),
                values.integer("num.io.threads"),
                values.integer("background.threads"),
                values.integer("socket.request.max.bytes"),
                values.integer("request.timeout.ms"),
                values.integer("max.request.partition.size.limit"),
                values.integer("queued.max.requests"),
                values.number("queued.max.request.bytes"),
                new Sockets(
                        values.integer("socket.send.buffer.bytes"),
                        values.integer("socket.receive.buffer.bytes"),
                        values.integer("socket.listen.backlog.size")),
                new ConnectionLimits(
                        values.integer("max.connections"),
                        values.integer("max.connections.per.ip"),
                        perIp(values.string("max.connections.per.ip.overrides")),
                        values.integer("max.connection.creation.rate"),
                        values.number("connections.max.idle.ms"),
                        values.integer("connection.failed.authentication.delay.ms"),
                        values.number("connections.max.reauth.ms")));
    }

    /// `host:count,...`; an address may hold colons, the count is behind the last one.
    static Map<String, Integer> perIp(String text) {
        var limits = new LinkedHashMap<String, Integer>();
        for (String entry : ConfigKey.elements(text)) {
            int colon = entry.lastIndexOf(':');
            limits.put(
                    entry.substring(0, colon).trim(),
                    Integer.valueOf(entry.substring(colon + 1).trim()));
        }
        return Map.copyOf(limits);
    }
}
