package barnabas.conformance.kafka;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.server.ControllerServer;
import kafka.server.KafkaBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.ClusterInstance;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.test.TestUtils;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// A test's cluster: nodes of ours in this process, each on directories of its own. What a test can see from outside
/// works as with Kafka's; what reaches into Kafka's objects aborts the test.
public final class BarnabasCluster implements ClusterInstance {
    private static final long WAIT_MILLIS_MAX = 60_000;

    private final ClusterConfig config;
    private final boolean combined;
    private @Nullable TestNodes nodes;
    private boolean started;
    private boolean stopped;

    /// @param combined whether controllers are brokers as well
    public BarnabasCluster(ClusterConfig config, boolean combined) {
        this.config = config;
        this.combined = combined;
    }

    /// Whether a test for nodes of any roles gets a controller of its own: one that stops a broker of several goes on
    /// with the only controller, which Kafka's test kit does not stop with it.
    public static boolean wantsSeparateRoles(ClusterConfig config) {
        return TestNodes.CLUSTER && config.numBrokers() > 1 && config.numControllers() == 1;
    }

    /// Refuses what cannot be given, and makes the directories.
    public void prepare() throws IOException {
        nodes = new TestNodes(config, combined);
    }

    private TestNodes nodes() {
        if (nodes == null) throw new IllegalStateException("the cluster is not prepared");
        return nodes;
    }

    @Override
    public void start() {
        if (started) return;
        started = true;
        nodes().startAll();
        try {
            waitForReadyBrokers();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void startBroker(int id) {
        nodes().start(id);
    }

    @Override
    public void shutdownBroker(int id) {
        if (!brokerIds().contains(id)) throw new TestAbortedException("there is no broker " + id);
        nodes().stop(id);
    }

    @Override
    public void stop() {
        if (stopped) return;
        stopped = true;
        if (nodes != null) nodes.close();
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public boolean stopped() {
        return stopped;
    }

    @Override
    public Type type() {
        return combined ? Type.CO_KRAFT : Type.KRAFT;
    }

    @Override
    public ClusterConfig config() {
        return config;
    }

    @Override
    public String clusterId() {
        return nodes().clusterId();
    }

    @Override
    public Set<Integer> brokerIds() {
        return nodes().brokers().stream().map(TestNode::id).collect(Collectors.toSet());
    }

    @Override
    public Set<Integer> controllerIds() {
        return nodes().controllers().stream().map(TestNode::id).collect(Collectors.toSet());
    }

    @Override
    public ListenerName clientListener() {
        return config.brokerListenerName();
    }

    @Override
    public String bootstrapServers() {
        return nodes().brokers().stream()
                .map(node -> "localhost:" + node.clientPort())
                .collect(Collectors.joining(","));
    }

    @Override
    public List<Integer> brokerBoundPorts() {
        return nodes().brokers().stream().map(TestNode::clientPort).toList();
    }

    @Override
    public Set<GroupProtocol> supportedGroupProtocols() {
        try (Admin admin = admin()) {
            var finalized = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            FinalizedVersionRange group = finalized.get(Feature.GROUP_VERSION.featureName());
            return group != null && group.maxVersionLevel() > 0
                    ? Set.of(GroupProtocol.CLASSIC, GroupProtocol.CONSUMER)
                    : Set.of(GroupProtocol.CLASSIC);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void createTopic(String topic, int partitions, short replicas, Map<String, String> configs)
            throws InterruptedException {
        short possible = TestNodes.ONE_IS_ENOUGH ? 1 : replicas;
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, possible).configs(configs)));
            waitTopicCreation(topic, partitions);
        }
    }

    @Override
    public void waitForReadyBrokers() throws InterruptedException {
        long expected = nodes().brokers().stream()
                .filter(node -> nodes().isRunning(node.id()))
                .count();
        if (expected == 0) return;
        waitFor(admin -> admin.describeCluster().nodes().get().size() == expected, "brokers are not registered");
    }

    @Override
    public void waitTopicCreation(String topic, int partitions) throws InterruptedException {
        if (partitions <= 0) throw new IllegalArgumentException("a topic has partitions, not " + partitions);
        waitFor(
                admin -> {
                    var described = admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions();
                    return described.size() == partitions && described.stream().allMatch(this::isServed);
                },
                "topic " + topic + " is not there with " + partitions + " partitions");
    }

    /// A partition whose brokers are all stopped has no leader.
    private boolean isServed(TopicPartitionInfo partition) {
        return partition.leader() != null
                || partition.replicas().stream().noneMatch(node -> nodes().isRunning(node.id()));
    }

    @Override
    public void waitTopicDeletion(String topic) throws InterruptedException {
        waitFor(admin -> !admin.listTopics().names().get().contains(topic), "topic " + topic + " is still there");
    }

    @Override
    public void ensureConsistentMetadata() throws InterruptedException {
        waitForReadyBrokers();
    }

    @Override
    public void ensureConsistentMetadata(Collection<KafkaBroker> brokers, Collection<ControllerServer> controllers)
            throws InterruptedException {
        waitForReadyBrokers();
    }

    @Override
    public void waitAcls(AclBindingFilter filter, Collection<AccessControlEntry> entries) throws InterruptedException {
        waitFor(
                admin -> {
                    var found = admin.describeAcls(filter).values().get().stream()
                            .map(each -> each.entry())
                            .toList();
                    return found.size() == entries.size() && found.containsAll(entries);
                },
                "the ACLs are not " + entries);
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds(Admin admin) throws ExecutionException, InterruptedException;
    }

    private void waitFor(Condition condition, String otherwise) throws InterruptedException {
        try (Admin admin = admin()) {
            TestUtils.waitForCondition(
                    () -> {
                        try {
                            return condition.holds(admin);
                        } catch (ExecutionException e) {
                            if (e.getCause() instanceof UnknownTopicOrPartitionException) return false;
                            throw new IllegalStateException(e.getCause());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException("interrupted", e);
                        }
                    },
                    WAIT_MILLIS_MAX,
                    () -> otherwise);
        }
    }

    private static TestAbortedException inside(String what) {
        return new TestAbortedException("reaches into Kafka's " + what);
    }

    @Override
    public Map<Integer, KafkaBroker> brokers() {
        return nodes().brokers().stream().collect(Collectors.toMap(TestNode::id, node -> BrokerDoor.of(nodes(), node)));
    }

    @Override
    public Map<Integer, ControllerServer> controllers() {
        throw inside("controller objects");
    }

    @Override
    public List<Authorizer> authorizers() {
        throw inside("authorizers");
    }

    @Override
    public Map<Integer, KafkaBroker> aliveBrokers() {
        return nodes().brokers().stream()
                .filter(node -> nodes().isRunning(node.id()))
                .collect(Collectors.toMap(TestNode::id, node -> BrokerDoor.of(nodes(), node)));
    }

    @Override
    public ListenerName controllerListenerName() {
        requireControllerListener();
        return config.controllerListenerName();
    }

    @Override
    public String bootstrapControllers() {
        requireControllerListener();
        return nodes().controllerAddresses();
    }

    @Override
    public List<Integer> controllerBoundPorts() {
        requireControllerListener();
        return nodes().controllers().stream().map(TestNode::controllerPort).toList();
    }

    private static void requireControllerListener() {
        if (!TestNodes.CLUSTER) throw new TestAbortedException("needs a controller listener");
    }

    @Override
    public Optional<FaultHandlerException> firstFatalException() {
        throw inside("fault handlers");
    }

    @Override
    public Optional<FaultHandlerException> firstNonFatalException() {
        throw inside("fault handlers");
    }
}
