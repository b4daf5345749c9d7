package barnabas.conformance.kafka;

import kafka.server.BrokerServer;
import org.apache.kafka.metadata.BrokerState;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;
import org.mockito.stubbing.Answer;
import org.opentest4j.TestAbortedException;

/// A broker of Kafka's class for tests of Connect, which stop it, start it and ask for its state. Whatever else is asked
/// of it aborts the test: there is no object of Kafka's behind it.
public final class ConnectBroker implements Answer<Object> {
    private final ConnectCluster cluster;
    private final int id;

    private ConnectBroker(ConnectCluster cluster, int id) {
        this.cluster = cluster;
        this.id = id;
    }

    public static BrokerServer of(ConnectCluster cluster, int id) {
        return Mockito.mock(BrokerServer.class, new ConnectBroker(cluster, id));
    }

    @Override
    public Object answer(InvocationOnMock call) {
        return switch (call.getMethod().getName()) {
            case "startup" -> {
                cluster.start(id);
                yield null;
            }
            case "shutdown" -> {
                cluster.stop(id);
                yield null;
            }
            // a node has stopped when `shutdown` returns
            case "awaitShutdown" -> null;
            case "brokerState" -> cluster.isRunning(id) ? BrokerState.RUNNING : BrokerState.NOT_RUNNING;
            case "toString" -> "node " + id;
            default ->
                throw new TestAbortedException(
                        "reaches into Kafka's broker objects (" + call.getMethod().getName() + ")");
        };
    }
}
