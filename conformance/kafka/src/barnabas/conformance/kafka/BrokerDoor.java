package barnabas.conformance.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import kafka.server.KafkaBroker;
import kafka.server.KafkaConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.metadata.BrokerState;
import org.opentest4j.TestAbortedException;

/// A broker of Kafka's type for tests that start, stop or count brokers. Whatever else is asked of it aborts the test:
/// there is no object of Kafka's behind it.
final class BrokerDoor implements InvocationHandler {
    /// Kafka's class for settings takes none of a node alone.
    private static final Map<String, String> BROKER_OF_A_CLUSTER = Map.of(
            "process.roles", "broker",
            "controller.listener.names", "CONTROLLER",
            "controller.quorum.voters", "3000@localhost:9093");

    private final TestNodes nodes;
    private final TestNode node;

    private BrokerDoor(TestNodes nodes, TestNode node) {
        this.nodes = nodes;
        this.node = node;
    }

    static KafkaBroker of(TestNodes nodes, TestNode node) {
        var types = new Class<?>[] {KafkaBroker.class};
        return (KafkaBroker)
                Proxy.newProxyInstance(KafkaBroker.class.getClassLoader(), types, new BrokerDoor(nodes, node));
    }

    /// Those that the node started with, and over them those that were altered since.
    private Map<String, Object> settings() throws Exception {
        var settings = new HashMap<String, Object>(nodes.settings(node));
        if (!TestNodes.CLUSTER) {
            settings.putAll(BROKER_OF_A_CLUSTER);
            settings.merge("listener.security.protocol.map", "CONTROLLER:PLAINTEXT", (own, more) -> own + "," + more);
        }
        if (!nodes.isRunning(node.id())) return settings;
        var resource = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node.id()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + node.clientPort()))) {
            for (ConfigEntry each : admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .entries()) {
                boolean altered = each.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG
                        || each.source() == ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG;
                if (altered && each.value() != null) settings.put(each.name(), each.value());
            }
        }
        return settings;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Exception {
        return switch (method.getName()) {
            case "startup" -> {
                nodes.start(node.id());
                yield null;
            }
            case "shutdown" -> {
                nodes.stop(node.id());
                yield null;
            }
            case "awaitShutdown" -> {
                while (nodes.isRunning(node.id()))
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                yield null;
            }
            case "isShutdown" -> !nodes.isRunning(node.id());
            case "brokerState" -> nodes.isRunning(node.id()) ? BrokerState.RUNNING : BrokerState.NOT_RUNNING;
            case "boundPort" -> node.clientPort();
            case "clusterId" -> nodes.clusterId();
            case "config" -> new KafkaConfig(settings(), false);
            case "metadataCache" -> MetadataDoor.of("localhost:" + node.clientPort());
            case "toString" -> "node " + node.id();
            case "hashCode" -> node.id();
            case "equals" -> proxy == arguments[0];
            default -> throw new TestAbortedException("reaches into Kafka's broker objects (" + method.getName() + ")");
        };
    }
}
