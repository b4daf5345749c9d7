package barnabas.broker.http;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.validation.SchemaLog;
import barnabas.config.BrokerConfig;
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
/// @param traffic counters of records and bytes of this node, without samples for single topics
/// @param logs a topic with one partition, read as this broker itself
/// @param registry pages of this node's schema registry; null while it has none
/// @param random unpredictable
public record NodeAccess(
        BrokerConfig config,
        Function<String, InetSocketAddress> listener,
        Supplier<Reading> traffic,
        Health health,
        Function<String, SchemaLog> logs,
        Supplier<@Nullable ModulePages> registry,
        Clock clock,
        Threads threads,
        RandomGenerator random) {}
