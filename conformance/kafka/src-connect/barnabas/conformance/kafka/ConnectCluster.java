package barnabas.conformance.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;

/// Nodes for tests of Connect and MirrorMaker 2, which make their clusters themselves: with one broker, a node alone.
public final class ConnectCluster implements AutoCloseable {
    private final TestNodes nodes;

    /// @param properties of all brokers, as the test sets them
    public ConnectCluster(TestKitNodes asked, Map<String, Object> properties) throws IOException {
        var texts = new HashMap<String, String>();
        properties.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        ClusterConfig config = ClusterConfig.defaultBuilder()
                .setTypes(Set.of(Type.CO_KRAFT))
                .setBrokers(asked.brokerNodes().size())
                .setControllers(1)
                .setBrokerSecurityProtocol(asked.brokerListenerProtocol())
                .setBrokerListenerName(asked.brokerListenerName())
                .setServerProperties(texts)
                .build();
        nodes = new TestNodes(config, true);
    }

    public void start() {
        nodes.startAll();
    }

    public void start(int id) {
        nodes.start(id);
    }

    public void stop(int id) {
        nodes.stop(id);
    }

    public boolean isRunning(int id) {
        return nodes.isRunning(id);
    }

    public Set<Integer> brokerIds() {
        return nodes.brokers().stream().map(TestNode::id).collect(Collectors.toSet());
    }

    public int port(int id) {
        return nodes.brokers().stream()
                .filter(node -> node.id() == id)
                .findFirst()
                .orElseThrow()
                .clientPort();
    }

    public String bootstrapServers() {
        return brokerIds().stream().sorted().map(id -> "localhost:" + port(id)).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.close();
    }
}
