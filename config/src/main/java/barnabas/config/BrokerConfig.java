package barnabas.config;

import barnabas.config.keys.BrokerLayers;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.OpenNames;
import barnabas.config.keys.Values;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import barnabas.config.listeners.ListenersConfig;
import barnabas.config.listeners.OtherControllers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A broker's whole configuration, typed and immutable: official names and defaults of Kafka 4.4, grouped by idea.
///
/// Made by [#parse] from a `server.properties`; [#withDynamic] gives the configuration after an operator changed
/// something while the broker runs.
public record BrokerConfig(
        NodeConfig node,
        ListenersConfig listeners,
        NetworkConfig network,
        StorageConfig storage,
        LogUpkeepConfig logUpkeep,
        TopicsConfig topics,
        FetchConfig fetch,
        ReplicationConfig replication,
        GroupsConfig groups,
        TransactionsConfig transactions,
        QuotasConfig quotas,
        MetadataConfig metadata,
        SecurityConfig security,
        TelemetryConfig telemetry,
        MonitoringConfig monitoring,
        BrokerLayers layers) {

    /// Reads a configuration by official names. Reports everything that is wrong at once.
    public static ParseResult parse(Map<String, String> properties) {
        return BrokerConfigParser.parse(properties);
    }

    /// The configuration of a broker that was given none.
    public static BrokerConfig defaults() {
        return of(new BrokerLayers(Map.of(), Map.of(), Map.of()));
    }

    /// This configuration with other dynamic values in place of its present ones. What would make it invalid is left
    /// out (see [#layers] for what remains); alterations are checked by `DynamicConfigs` before they are
    /// stored.
    ///
    /// @param clusterWide the dynamic values of all brokers (resource BROKER with an empty name)
    /// @param thisBroker the dynamic values of this broker
    public BrokerConfig withDynamic(Map<String, String> clusterWide, Map<String, String> thisBroker) {
        return of(BrokerConfigParser.usable(new BrokerLayers(layers.file(), clusterWide, thisBroker)));
    }

    /// The reasons why a broker with this configuration may not start although it is valid in Kafka, one line each:
    /// what it promises (encryption, authorization, several nodes) is not served yet.
    ///
    /// @param isThisHost whether a host name or address is one of this machine
    public List<String> unserved(Predicate<String> isThisHost) {
        return UnservedSettings.problems(this, isThisHost);
    }

    /// Whether these settings ask for a cluster of several nodes: one role only, a quorum of several voters, or
    /// controllers of other nodes to find it by.
    ///
    /// @param isThisHost whether a host name or address is one of this machine
    public boolean asksForCluster(Predicate<String> isThisHost) {
        return node.roles().size() < NodeConfig.Role.values().length
                || metadata.quorum().voters().size() > 1
                || (metadata.quorum().voters().isEmpty()
                        && !otherControllers(isThisHost).isEmpty());
    }

    /// Addresses in `controller.quorum.bootstrap.servers` that are no controller listener of this node.
    ///
    /// @param isThisHost whether a host name or address is one of this machine
    public List<HostAndPort> otherControllers(Predicate<String> isThisHost) {
        return OtherControllers.of(metadata.quorum().bootstrapServers(), listeners, isThisHost);
    }

    /// The reasons why a node of a cluster with this configuration may not start although it is valid in Kafka.
    public List<String> unservedInCluster() {
        return UnservedSettings.problemsInCluster(this);
    }

    /// The text that counts for an official name: the highest layer that sets it, else the default; null when there
    /// is none. For settings without a typed component (`ssl.`, `sasl.`, plug-ins).
    public @Nullable String value(String name) {
        String text = layers.thisBroker().get(name);
        if (text == null) text = layers.clusterWide().get(name);
        if (text == null) text = layers.file().get(name);
        if (text != null) return text;
        ConfigKey key = OpenNames.exact(name);
        return key == null ? null : key.defaultValue();
    }

    /// Like [#value], but `listener.name.<listener>.<name>` outranks `name`.
    public @Nullable String valueFor(Listener listener, String name) {
        String own = value(ListenerParser.prefixOf(listener.name()) + name);
        return own == null ? value(name) : own;
    }

    /// The listener by which brokers connect to each other. Only its name and protocol count on other nodes.
    public Listener interBrokerListener() {
        for (Listener each : listeners.clients()) if (each.name().equals(listeners.interBrokerName())) return each;
        return new Listener(listeners.interBrokerName(), security.interBrokerProtocol(), "", 0);
    }

    /// The listener by which nodes connect to controllers; a broker does not have it itself. Empty when there is none,
    /// or none with a security protocol.
    public Optional<Listener> controllerListener() {
        if (listeners.controllerNames().isEmpty()) return Optional.empty();
        String name = listeners.controllerNames().getFirst();
        for (Listener each : listeners.controllers()) if (each.name().equals(name)) return Optional.of(each);
        return Optional.ofNullable(ListenerParser.protocolOf(name, new Values(KeyTable.broker(), layers.merged())))
                .map(protocol -> new Listener(name, protocol, "", 0));
    }

    static BrokerConfig of(BrokerLayers layers) {
        Map<String, String> merged = layers.merged();
        var values = new Values(KeyTable.broker(), merged);
        return new BrokerConfig(
                NodeConfig.of(values),
                ListenerParser.listeners(values),
                NetworkConfig.of(values),
                StorageConfig.of(values),
                LogUpkeepConfig.of(values),
                TopicsConfig.of(values, TopicConfigs.defaults(merged)),
                FetchConfig.of(values),
                ReplicationConfig.of(values),
                GroupsConfig.of(values),
                TransactionsConfig.of(values),
                QuotasConfig.of(values),
                MetadataConfig.of(values),
                SecurityConfig.of(values),
                TelemetryConfig.of(values),
                MonitoringConfig.of(values),
                layers);
    }
}
