package barnabas.conformance.kafka;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.opentest4j.TestAbortedException;

/// From what a test asks for to the settings of one node; those of its addresses and directories are not among them.
record BrokerSettings(Map<String, String> properties, List<String> dropped) {
    /// Names of settings that hold for one listener or one plug-in and are in no table.
    private static final List<String> OPEN_PREFIXES = List.of("listener.name.", "ssl.", "sasl.");

    /// @throws TestAbortedException when the test asks for more than a node of Barnabas can be here
    static BrokerSettings of(ClusterConfig config, int nodeId) {
        if (config.brokerSecurityProtocol() != SecurityProtocol.PLAINTEXT) {
            throw new TestAbortedException("needs " + config.brokerSecurityProtocol());
        }
        var wanted = new LinkedHashMap<>(config.serverProperties());
        wanted.putAll(config.perServerOverrideProperties().getOrDefault(nodeId, Map.of()));
        for (String plugIn : List.of(
                "authorizer.class.name",
                "create.topic.policy.class.name",
                "alter.config.policy.class.name",
                "client.quota.callback.class",
                "metric.reporters")) {
            String named = wanted.getOrDefault(plugIn, "");
            if (!named.isEmpty()) throw new TestAbortedException("plugs a Java class into the broker: " + plugIn);
        }
        if (wanted.getOrDefault("group.consumer.assignors", "").contains(".")) {
            throw new TestAbortedException("plugs a Java class into the broker: group.consumer.assignors");
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
        return new BrokerSettings(Map.copyOf(properties), List.copyOf(dropped));
    }

    private static boolean known(String name) {
        return NodeDoor.knows(name) || OPEN_PREFIXES.stream().anyMatch(name::startsWith);
    }
}
