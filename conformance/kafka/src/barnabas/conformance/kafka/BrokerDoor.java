package barnabas.conformance.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.locks.LockSupport;
import kafka.server.KafkaBroker;
import kafka.server.KafkaConfig;
import org.apache.kafka.metadata.BrokerState;
import org.opentest4j.TestAbortedException;

/// A broker of Kafka's type for tests that start, stop or count brokers. Whatever else is asked of it aborts the test:
/// there is no object of Kafka's behind it.
final class BrokerDoor implements InvocationHandler {
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

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
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
                while (nodes.isRunning(node.id())) LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                yield null;
            }
            case "isShutdown" -> !nodes.isRunning(node.id());
            case "brokerState" -> nodes.isRunning(node.id()) ? BrokerState.RUNNING : BrokerState.NOT_RUNNING;
            case "boundPort" -> node.clientPort();
            case "clusterId" -> nodes.clusterId();
            case "config" -> new KafkaConfig(new HashMap<>(nodes.settings(node)), false);
            case "toString" -> "node " + node.id();
            case "hashCode" -> node.id();
            case "equals" -> proxy == arguments[0];
            default -> throw new TestAbortedException("reaches into Kafka's broker objects (" + method.getName() + ")");
        };
    }
}
