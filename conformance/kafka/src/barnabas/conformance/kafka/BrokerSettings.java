package barnabas.conformance.kafka;

import barnabas.config.keys.KeyTable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.opentest4j.TestAbortedException;

/// From what a test asks for to the settings of one broker.
record BrokerSettings(Map<String, String> properties, List<String> dropped) {
    /// Kafka's number for the first broker of a test cluster.
    static final int NODE_ID = 0;

    /// Many of Kafka's tests ask for three brokers and then look at nothing that takes more than one. With this, such a
    /// class gets one, and its topics one replica (part `solo` of classes.txt).
    static final boolean ONE_IS_ENOUGH = Boolean.getBoolean("barnabas.conformance.solo");

    /// Names of settings that hold for one listener or one plug-in and are in no table.
    private static final List<String> OPEN_PREFIXES = List.of("listener.name.", "ssl.", "sasl.");

    /// @param port to listen on, 0 for any
    /// @throws TestAbortedException when the test asks for more than one broker can be
    static BrokerSettings of(ClusterConfig config, List<Path> directories, int port) {
        if (config.numBrokers() != 1 && !ONE_IS_ENOUGH) {
            throw new TestAbortedException("needs " + config.numBrokers() + " brokers");
        }
        if (config.numControllers() != 1 && !ONE_IS_ENOUGH) {
            throw new TestAbortedException("needs " + config.numControllers() + " controllers");
        }
        if (config.brokerSecurityProtocol() != SecurityProtocol.PLAINTEXT) {
            throw new TestAbortedException("needs " + config.brokerSecurityProtocol());
        }
        var wanted = new LinkedHashMap<>(config.serverProperties());
        wanted.putAll(config.perServerOverrideProperties().getOrDefault(NODE_ID, Map.of()));
        for (String plugIn : List.of(
                "authorizer.class.name",
                "create.topic.policy.class.name",
                "alter.config.policy.class.name",
                "client.quota.callback.class",
                "metric.reporters")) {
            String named = wanted.getOrDefault(plugIn, "");
            if (!named.isEmpty()) throw new TestAbortedException("plugs a Java class into the broker: " + plugIn);
        }
        if (wanted.getOrDefault("remote.log.storage.system.enable", "false").equals("true")) {
            throw new TestAbortedException("needs tiered storage");
        }
        var properties = new LinkedHashMap<String, String>();
        var dropped = new TreeSet<String>();
        for (Map.Entry<String, String> each : wanted.entrySet()) {
            if (known(each.getKey())) properties.put(each.getKey(), each.getValue());
            else dropped.add(each.getKey());
        }
        String listener = config.brokerListenerName().value();
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("listeners", listener + "://localhost:" + port);
        properties.put("advertised.listeners", listener + "://localhost:" + port);
        properties.put("listener.security.protocol.map", listener + ":PLAINTEXT");
        properties.put("inter.broker.listener.name", listener);
        properties.put("log.dirs", directories.stream().map(Path::toString).collect(Collectors.joining(",")));
        return new BrokerSettings(Map.copyOf(properties), List.copyOf(dropped));
    }

    private static boolean known(String name) {
        return KeyTable.broker().find(name) != null || OPEN_PREFIXES.stream().anyMatch(name::startsWith);
    }
}
