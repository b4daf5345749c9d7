package barnabas.net;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

/// The listeners of a node that are bound.
public interface Server extends AutoCloseable {
    /// The address that a listener is bound to.
    ///
    /// @throws IllegalArgumentException for a name that is not in the config
    InetSocketAddress address(String listenerName);

    /// The port that a listener is bound to, also when its config says 0.
    default int port(String listenerName) {
        return address(listenerName).getPort();
    }

    /// Takes over other limits on the number of connections (not [ConnectionLimits#idleMax]). Open connections stay
    /// open.
    void limit(ConnectionLimits limits);

    /// Figures for metrics, from any thread; zeros where nothing is counted.
    default NetworkCounters counters() {
        return NetworkCounters.NONE;
    }

    /// The event loops, which nothing may occupy for long.
    default List<Executor> loops() {
        return List.of();
    }

    /// Number of event loops that serve clients, the first of [#loops]; on another one they log in.
    default int servingLoops() {
        return loops().size();
    }

    /// Names of the listeners.
    default List<String> listeners() {
        return List.of();
    }

    /// Ids of the threads of [#loops], in an order that stays; may wait for a loop.
    default List<Long> loopThreadIds() {
        return List.of();
    }

    /// Calls `visitor` for each open connection, from any thread; the number of its loop is that in
    /// [#loopThreadIds].
    default void visitConnections(ConnectionVisitor visitor) {}

    /// Looks at a connection.
    @FunctionalInterface
    interface ConnectionVisitor {
        void visit(Connection connection, int loop);
    }

    /// Whether clients log in on a listener.
    default boolean hasLogins() {
        return false;
    }

    /// Calls `visitor` for each listener on which clients log in and each event loop, from any thread; the number of
    /// the loop is that in [#loopThreadIds].
    default void visitLogins(LoginVisitor visitor) {}

    /// Looks at the logins of one listener on one loop.
    @FunctionalInterface
    interface LoginVisitor {
        void visit(String listener, int loop, LoginCounts counts);
    }

    /// Stops accepting and reading, lets replies in flight finish until [ServerConfig#drainMax] has passed, and closes
    /// all connections. The handler must still be able to answer meanwhile.
    @Override
    void close();
}
