package barnabas.conformance.kafka;

import com.yammer.metrics.core.Gauge;
import com.yammer.metrics.core.MetricName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kafka.network.SocketServer;
import kafka.raft.KafkaRaftManager;
import kafka.server.KafkaBroker;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Plugin;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ResultOrError;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;
import org.mockito.invocation.InvocationOnMock;
import org.opentest4j.TestAbortedException;
import scala.Option;

/// The cluster of one of Kafka's tests in Scala: one node alone, or with `barnabas.conformance.cluster` a
/// controller and as many brokers as the test makes.
public final class HarnessCluster {
    private static final String BOOTSTRAP = "bootstrap.checkpoint";

    private final KafkaConfig controllerConfig;
    private final String clusterId;
    private final Path root;
    private final Map<Integer, HarnessBroker> brokers = new ConcurrentHashMap<>();
    private final Map<Integer, AutoCloseable> running = new ConcurrentHashMap<>();
    private final HarnessSettings controller;

    public HarnessCluster(KafkaConfig controllerConfig, String clusterId) {
        this.controllerConfig = controllerConfig;
        this.clusterId = clusterId;
        PluggedClasses.forget();
        registerExpiredConnections();
        try {
            root = Files.createTempDirectory("barnabas-kafka-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        controller = TestNodes.CLUSTER
                ? HarnessSettings.ofController(controllerConfig, root.resolve("controller"))
                : null;
    }

    /// Tests of ACLs look at the end whether a metric of Kafka's counts sessions that have expired, and want it to be
    /// zero. Sessions of these tests have no end, so that nothing is lost with a metric that is always zero.
    private static void registerExpiredConnections() {
        var name = new MetricName("kafka.network", "SocketServer", "ExpiredConnectionsKilledCount");
        KafkaYammerMetrics.defaultRegistry().newGauge(name, new Gauge<Double>() {
            @Override
            public Double value() {
                return 0.0;
            }
        });
    }

    /// @return the controller's port; any without `barnabas.conformance.cluster`
    public int startController() {
        if (controller == null) return 1;
        format(controllerConfig.nodeId(), List.of(root.resolve("controller")));
        running.put(controllerConfig.nodeId(), NodeDoor.start(controller.properties(), true));
        return controller.port(controllerConfig.controllerListenerNames().getFirst());
    }

    public KafkaBroker add(KafkaConfig config) {
        if (!TestNodes.CLUSTER && !brokers.isEmpty()) throw new TestAbortedException("needs several brokers");
        HarnessSettings settings = HarnessSettings.ofBroker(config, controller);
        var broker = new HarnessBroker(this, config, settings);
        brokers.put(config.nodeId(), broker);
        return broker.server();
    }

    void start(HarnessBroker broker) {
        if (isRunning(broker.id())) return;
        format(broker.id(), broker.settings().directories());
        running.put(broker.id(), NodeDoor.start(broker.settings().properties(), TestNodes.CLUSTER));
        if (broker.settings().topicsForAll()) broker.requests().create(List.of(PluggedClasses.TOPICS_FOR_ALL));
    }

    /// Write what `kafka-storage.sh format` writes; the records of the test's own formatting are the first ones of a
    /// node that is a controller.
    private void format(int node, List<Path> directories) {
        try {
            for (Path directory : directories) {
                Files.createDirectories(directory);
                Path meta = directory.resolve("meta.properties");
                if (Files.exists(meta)) continue;
                Files.writeString(meta, "version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=%s\n"
                        .formatted(clusterId, node, NodeDoor.randomId()));
            }
            boolean isController = !TestNodes.CLUSTER || node == controllerConfig.nodeId();
            Path records = Path.of(controllerConfig.metadataLogDir()).resolve(BOOTSTRAP);
            Path first = directories.getFirst().resolve(BOOTSTRAP);
            if (isController && !records.equals(first))
                Files.copy(records, first, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void stop(int id) {
        AutoCloseable node = running.remove(id);
        if (node == null) return;
        try {
            node.close();
        } catch (Exception e) {
            throw new IllegalStateException("node " + id + " did not stop", e);
        }
    }

    boolean isRunning(int id) {
        return running.containsKey(id);
    }

    String clusterId() {
        return clusterId;
    }

    /// Repeat the step while the broker runs.
    void repeat(int id, Runnable step) {
        AutoCloseable node = running.get(id);
        step.run();
        Thread.ofVirtual().start(() -> {
            while (node != null && running.get(id) == node) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                try {
                    step.run();
                } catch (UncheckedIOException e) {
                    return;
                }
            }
        });
    }

    public void close() {
        for (int id : new ArrayList<>(brokers.keySet())) stop(id);
        stop(controllerConfig.nodeId());
        if (!Files.exists(root)) return;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BrokerRequests anyBroker() {
        return running()
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("asks a controller before brokers run"))
                .requests();
    }

    public Option<Plugin<Authorizer>> authorizer() {
        return authorizer(controllerConfig, this::anyBroker);
    }

    static Option<Plugin<Authorizer>> authorizer(KafkaConfig config, Supplier<BrokerRequests> node) {
        if (!HarnessSettings.hasAuthorizer(config)) return Option.empty();
        Authorizer authorizer = new RequestedAuthorizer(node);
        return Option.apply(Plugin.wrapInstance(authorizer, null, "authorizer.class.name"));
    }

    public Controller controller() {
        return HarnessBroker.stub(Controller.class, this::controller);
    }

    private Object controller(InvocationOnMock call) {
        return switch (call.getMethod().getName()) {
            case "isActive" -> true;
            case "findAllTopicIds" -> {
                var ids = new HashMap<String, Uuid>();
                anyBroker().topics().forEach(each -> ids.put(each.topic(), each.topicId()));
                yield CompletableFuture.completedFuture(ids);
            }
            case "findTopicIds" -> {
                var ids = new HashMap<String, ResultOrError<Uuid>>();
                for (String name : call.<Collection<String>>getArgument(1)) {
                    var topic = anyBroker().topic(name);
                    ids.put(
                            name,
                            topic.isPresent()
                                    ? ResultOrError.of(topic.get().topicId())
                                    : ResultOrError.of(ApiError.fromThrowable(
                                            new UnknownTopicOrPartitionException())));
                }
                yield CompletableFuture.completedFuture(ids);
            }
            default -> throw HarnessBroker.inside(call);
        };
    }

    /// Asked how far the log goes, before a test waits for brokers to have read that far. Brokers of ours are waited
    /// for here: until all of them name the same topics and the same brokers.
    @SuppressWarnings("unchecked")
    public KafkaRaftManager<ApiMessageAndVersion> raftManager() {
        while (running().map(each -> each.requests().names()).distinct().count() > 1)
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        return HarnessBroker.stub(KafkaRaftManager.class, call -> {
            if (!call.getMethod().getName().equals("raftLog")) throw HarnessBroker.inside(call);
            return HarnessBroker.stub(RaftLog.class, asked -> {
                if (!asked.getMethod().getName().equals("endOffset")) throw HarnessBroker.inside(asked);
                return new LogOffsetMetadata(0);
            });
        });
    }

    private Stream<HarnessBroker> running() {
        return brokers.values().stream().filter(each -> isRunning(each.id()));
    }

    public SocketServer controllerSocketServer() {
        if (controller == null) throw new TestAbortedException("needs a controller listener");
        return HarnessBroker.socketServer(controller);
    }
}
