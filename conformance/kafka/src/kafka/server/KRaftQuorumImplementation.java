package kafka.server;

import barnabas.conformance.kafka.HarnessCluster;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.utils.Logging;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.fault.FaultHandler;
import scala.Option;

/// Takes the place of Kafka's class of the same name by being earlier on the class path: the brokers of the tests that
/// are written in Scala are nodes of Barnabas.
public class KRaftQuorumImplementation implements QuorumImplementation {
    private final ControllerServer controllerServer;
    private final String clusterId;

    public KRaftQuorumImplementation(
            ControllerServer controllerServer,
            FaultHandlerFactory faultHandlerFactory,
            File metadataDir,
            CompletableFuture<Map<Integer, InetSocketAddress>> voters,
            String clusterId,
            Logging log,
            FaultHandler faultHandler) {
        this.controllerServer = controllerServer;
        this.clusterId = clusterId;
    }

    public ControllerServer controllerServer() {
        return controllerServer;
    }

    public String clusterId() {
        return clusterId;
    }

    @Override
    public KafkaBroker createBroker(KafkaConfig config, Time time, boolean startup, Option<String> threadNamePrefix) {
        HarnessCluster cluster = controllerServer.cluster();
        KafkaBroker broker = cluster.add(config);
        if (startup) broker.startup();
        return broker;
    }

    @Override
    public void shutdown() {
        controllerServer.shutdown();
    }
}
