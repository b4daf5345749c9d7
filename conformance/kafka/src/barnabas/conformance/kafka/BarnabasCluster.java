package barnabas.conformance.kafka;

import barnabas.base.FileDisk;
import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.metadata.controller.Features;
import barnabas.metadata.log.BootstrapSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.ControllerServer;
import kafka.server.KafkaBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.ClusterInstance;

import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.test.TestUtils;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// A test's cluster: one broker of ours in this process, on a directory of its own. What a test can see from outside
/// works as with Kafka's; what reaches into Kafka's objects aborts the test.
public final class BarnabasCluster implements ClusterInstance {
    private static final long WAIT_MILLIS_MAX = 60_000;

    private final ClusterConfig config;
    private final List<Path> directories = new ArrayList<>();
    private @Nullable Path root;
    private @Nullable Barnabas broker;
    /// Kept over a restart: clients know the address.
    private int port;

    private boolean started;
    private boolean stopped;

    public BarnabasCluster(ClusterConfig config) {
        this.config = config;
    }

    /// Refuses what cannot be given, and makes the directories.
    public void prepare() throws IOException {
        BrokerSettings.of(config, List.of(), 0);
        root = Files.createTempDirectory("barnabas-kafka-test");
        for (int disk = 0; disk < config.numDisksPerBroker(); disk++) {
            directories.add(Files.createDirectory(root.resolve("disk" + disk)));
        }
        MetadataVersion version = config.metadataVersion();
        if (version.isLessThan(MetadataVersion.latestProduction())) format(version.version());
    }

    /// As `kafka-storage.sh format --release-version` does.
    private void format(String release) throws IOException {
        var version = barnabas.metadata.image.MetadataVersion.named(release)
                .orElseThrow(() -> new TestAbortedException("needs metadata.version " + release));
        var records = Features.levelRecords(Features.at(version));
        BootstrapSnapshot.write(directories.getFirst(), new FileDisk(), System.currentTimeMillis(), version, records);
    }

    @Override
    public void start() {
        if (started) return;
        started = true;
        startBroker(BrokerSettings.NODE_ID);
        if (!config.features().isEmpty()) setFeatures();
    }

    /// Kafka's tests format the cluster with the levels that they ask for; here they are changed right after the start.
    private void setFeatures() {
        try (Admin admin = admin()) {
            var finalized = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            for (Map.Entry<Feature, Short> wanted : config.features().entrySet()) {
                String name = wanted.getKey().featureName();
                FinalizedVersionRange present = finalized.get(name);
                short level = present == null ? 0 : present.maxVersionLevel();
                if (level == wanted.getValue()) continue;
                var kind = wanted.getValue() > level
                        ? FeatureUpdate.UpgradeType.UPGRADE
                        : FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE;
                var updates = Map.of(name, new FeatureUpdate(wanted.getValue(), kind));
                admin.updateFeatures(updates, new UpdateFeaturesOptions()).all().get();
            }
        } catch (ExecutionException e) {
            throw new TestAbortedException("needs features " + config.features() + ": " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void startBroker(int id) {
        onlyOne(id);
        if (broker != null) return;
        BrokerSettings settings = BrokerSettings.of(config, directories, port);
        if (!settings.dropped().isEmpty()) System.err.println("left out, unknown: " + settings.dropped());
        try {
            broker = Barnabas.start(settings.properties());
        } catch (StartFailure e) {
            throw new IllegalStateException("the broker did not start: " + e.getMessage(), e);
        }
        port = broker.address().getPort();
    }

    @Override
    public void shutdownBroker(int id) {
        onlyOne(id);
        if (broker != null) broker.close();
        broker = null;
    }

    private static void onlyOne(int id) {
        if (id != BrokerSettings.NODE_ID) throw new TestAbortedException("there is no broker " + id);
    }

    @Override
    public void stop() {
        if (stopped) return;
        stopped = true;
        shutdownBroker(BrokerSettings.NODE_ID);
        if (root == null) return;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Barnabas running() {
        if (broker == null) throw new IllegalStateException("the broker is not running");
        return broker;
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
        return Type.CO_KRAFT;
    }

    @Override
    public ClusterConfig config() {
        return config;
    }

    @Override
    public String clusterId() {
        return running().clusterId();
    }

    @Override
    public Set<Integer> brokerIds() {
        return Set.of(BrokerSettings.NODE_ID);
    }

    @Override
    public Set<Integer> controllerIds() {
        return Set.of(BrokerSettings.NODE_ID);
    }

    @Override
    public ListenerName clientListener() {
        return config.brokerListenerName();
    }

    @Override
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    @Override
    public List<Integer> brokerBoundPorts() {
        return List.of(port);
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
        short possible = BrokerSettings.ONE_IS_ENOUGH ? 1 : replicas;
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, possible).configs(configs)));
            waitTopicCreation(topic, partitions);
        }
    }

    @Override
    public void waitForReadyBrokers() throws InterruptedException {
        waitFor(admin -> admin.describeCluster().nodes().get().size() == 1, "the broker is not registered");
    }

    @Override
    public void waitTopicCreation(String topic, int partitions) throws InterruptedException {
        if (partitions <= 0) throw new IllegalArgumentException("a topic has partitions, not " + partitions);
        waitFor(
                admin -> {
                    var described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
                    return described.size() == partitions
                            && described.stream().allMatch(each -> each.leader() != null);
                },
                "topic " + topic + " is not there with " + partitions + " partitions");
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
                    var found = admin.describeAcls(filter).values().get().stream().map(each -> each.entry()).toList();
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

    /// For those who only count the brokers: what is asked of one of them aborts the test.
    @Override
    public Map<Integer, KafkaBroker> brokers() {
        InvocationHandler aborts = (proxy, method, arguments) -> {
            throw inside("broker objects (" + method.getName() + ")");
        };
        var types = new Class<?>[] {KafkaBroker.class};
        var stranger = (KafkaBroker) Proxy.newProxyInstance(KafkaBroker.class.getClassLoader(), types, aborts);
        return Map.of(BrokerSettings.NODE_ID, stranger);
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
        return broker == null ? Map.of() : brokers();
    }

    @Override
    public ListenerName controllerListenerName() {
        throw new TestAbortedException("needs a controller listener");
    }

    @Override
    public String bootstrapControllers() {
        throw new TestAbortedException("needs a controller listener");
    }

    @Override
    public List<Integer> controllerBoundPorts() {
        throw new TestAbortedException("needs a controller listener");
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
