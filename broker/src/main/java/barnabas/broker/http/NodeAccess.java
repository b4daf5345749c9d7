package barnabas.broker.http;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.broker.validation.SchemaLog;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.metrics.Reading;
import java.net.InetSocketAddress;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Parts of a node that further pages may use. Topics, records, groups and the rest of the cluster they ask for as
/// clients, over one of the node's listeners, so that they have the rights of the user who asks.
///
/// @param config as the node was started with
/// @param listener bound address of a listener, by its name
/// @param tls encryption towards this node's encrypted listeners, and those of the same name on other nodes
/// @param traffic counters of records and bytes of this node, without samples for single topics
/// @param logs a topic with one partition, read as this broker itself
/// @param registry pages of this node's schema registry; null while it has none
/// @param random unpredictable
public record NodeAccess(
        BrokerConfig config,
        Function<String, InetSocketAddress> listener,
        ListenerClients tls,
        Supplier<Reading> traffic,
        Health health,
        Function<String, SchemaLog> logs,
        Supplier<@Nullable ModulePages> registry,
        Clock clock,
        Threads threads,
        RandomGenerator random) {
    /// Keys and trust of a client of a listener, as they are at the moment.
    @FunctionalInterface
    public interface ListenerClients {
        /// @throws SecuritySettingException when they cannot be read
        TlsContext of(Listener listener) throws SecuritySettingException;
    }
}
