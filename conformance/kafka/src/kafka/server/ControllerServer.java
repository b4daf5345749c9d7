package kafka.server;

import barnabas.conformance.kafka.HarnessCluster;
import java.util.concurrent.CompletableFuture;
import kafka.network.SocketServer;
import kafka.raft.KafkaRaftManager;
import org.apache.kafka.common.internals.Plugin;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.metadata.KafkaConfigSchema;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.opentest4j.TestAbortedException;
import scala.Option;

/// Takes the place of Kafka's class of the same name by being earlier on the class path: what the tests in Scala ask of
/// the controller is answered by nodes of Barnabas, and what cannot be answered from outside aborts the test.
public class ControllerServer {
    private final KafkaConfig config;
    private final HarnessCluster cluster;
    private final CompletableFuture<Integer> firstPort = new CompletableFuture<>();

    public ControllerServer(SharedServer shared, KafkaConfigSchema schema, BootstrapMetadata bootstrap) {
        config = shared.controllerConfig();
        cluster = new HarnessCluster(config, shared.metaPropsEnsemble().clusterId().orElseThrow());
    }

    public HarnessCluster cluster() {
        return cluster;
    }

    public KafkaConfig config() {
        return config;
    }

    public void startup() {
        firstPort.complete(cluster.startController());
    }

    public void shutdown() {
        cluster.close();
    }

    public void awaitShutdown() {}

    public CompletableFuture<Integer> socketServerFirstBoundPortFuture() {
        return firstPort;
    }

    public Option<Plugin<Authorizer>> authorizerPlugin() {
        return cluster.authorizer();
    }

    public Controller controller() {
        return cluster.controller();
    }

    /// Asked for before a test waits until all brokers know the same.
    public KafkaRaftManager<ApiMessageAndVersion> raftManager() {
        return cluster.raftManager();
    }

    public SocketServer socketServer() {
        return cluster.controllerSocketServer();
    }

    public Metrics metrics() {
        throw inside("metrics");
    }

    public QuotaFactory.QuotaManagers quotaManagers() {
        throw inside("quotaManagers");
    }

    private static TestAbortedException inside(String what) {
        return new TestAbortedException("reaches into Kafka's controller objects (" + what + ")");
    }
}
