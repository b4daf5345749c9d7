package barnabas.broker;

import barnabas.base.Failure;
import barnabas.config.BrokerConfig;
import barnabas.config.MonitoringConfig;
import barnabas.config.ParseResult;
import barnabas.metrics.Reading;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A running broker in this process: what `barnabas start` runs and what users' tests start.
///
/// ```java
/// try (var broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", dir.toString()))) {
///     properties.put("bootstrap.servers", broker.bootstrapServers());
/// }
/// ```
public final class Barnabas implements AutoCloseable {
    private final Node node;

    private Barnabas(Node node) {
        this.node = node;
    }

    /// Starts a broker with these settings, by official names. It has no pages over HTTP, unless
    /// `barnabas.http.listeners` says where.
    ///
    /// @throws StartFailure with everything that is wrong
    public static Barnabas start(Map<String, String> properties) throws StartFailure {
        var settings = new HashMap<>(properties);
        settings.putIfAbsent(MonitoringConfig.HTTP_LISTENERS, "");
        return switch (BrokerConfig.parse(settings)) {
            case ParseResult.Valid valid -> start(valid.config());
            case ParseResult.Invalid invalid -> throw new StartFailure(invalid.problems());
        };
    }

    /// Returns when clients are served. At a failure that a broker cannot survive (memory that ran out, a thread that
    /// ended, a metadata log that cannot be written) it stops itself, and the program goes on.
    ///
    /// @throws StartFailure with everything that is wrong
    public static Barnabas start(BrokerConfig config) throws StartFailure {
        return start(config, Membership.ALONE);
    }

    /// As above, for a node of a cluster.
    ///
    /// @param membership of this node alone; closed with it
    public static Barnabas start(BrokerConfig config, Membership membership) throws StartFailure {
        return start(config, membership, UnaryOperator.identity());
    }

    /// As above, with something between the node and its network or disk, for tests that take them from it.
    public static Barnabas start(BrokerConfig config, Membership membership, UnaryOperator<World> between)
            throws StartFailure {
        var failure = new StopOnFailure();
        World world = between.apply(World.real(failure));
        Node node = Node.start(config, world, membership, UnaryOperator.identity());
        failure.watch(node, world.threads());
        node.reportLimits();
        return new Barnabas(node);
    }

    /// Returns when clients are served. The caller calls [#reportLimits] when it has said so.
    ///
    /// @param failure ends the process at what the broker cannot survive; called on any thread
    /// @throws StartFailure with everything that is wrong
    public static Barnabas start(BrokerConfig config, Failure failure) throws StartFailure {
        return start(config, failure, Membership.ALONE);
    }

    /// As above, for a node of a cluster.
    ///
    /// @param membership of this node alone; closed with it
    public static Barnabas start(BrokerConfig config, Failure failure, Membership membership) throws StartFailure {
        return new Barnabas(Node.start(config, World.real(failure), membership, UnaryOperator.identity()));
    }

    /// Logs which limits of the process are lower than the configured ones. No part of a start by `barnabas start`: the
    /// first line of a log takes 10 ms, for the rules of time zones.
    public void reportLimits() {
        node.reportLimits();
    }

    /// The address of the first client listener.
    public InetSocketAddress address() {
        return node.address();
    }

    /// The address of a listener by name.
    ///
    /// @throws IllegalArgumentException when there is none of that name
    public InetSocketAddress address(String listener) {
        return node.address(listener);
    }

    /// `host:port` of the first client listener, for `bootstrap.servers`: the host as configured, `[::1]:9092` for an
    /// IPv6 address, `localhost` where every interface is listened on.
    public String bootstrapServers() {
        return node.bootstrapServers();
    }

    /// Addresses of the pages over HTTP, metrics and health: `http://127.0.0.1:9644`. Empty when there are none.
    public List<String> httpUrls() {
        return node.pages();
    }

    /// Addresses that answer the schema registry only. Empty when none are set.
    public List<String> registryUrls() {
        return node.registryPages();
    }

    public String clusterId() {
        return node.clusterId();
    }

    public int nodeId() {
        return node.nodeId();
    }

    /// Present values of everything that this broker counts.
    Reading metrics() {
        return node.metrics();
    }

    /// Stops in order: no more requests, logs flushed, directories unlocked.
    @Override
    public void close() {
        node.close();
    }
}
