package barnabas.cluster;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;

/// Nodes in this process, which are started together and stopped together.
final class LocalCluster implements AutoCloseable {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private final Path folder;
    private final List<Integer> controllerPorts;
    private final Map<Integer, Barnabas> nodes = new TreeMap<>();

    LocalCluster(Path folder, List<Integer> controllerPorts) {
        this.folder = folder;
        this.controllerPorts = controllerPorts;
    }

    Map<Integer, Barnabas> nodes() {
        return nodes;
    }

    Map<String, String> settings(int id) {
        return ClusterNode.settings(id, controllerPorts, folder);
    }

    /// At the same time: one alone finds no leader.
    void start(int... ids) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id : ids) settings.put(id, settings(id));
        start(settings);
    }

    /// Starts three nodes over directories that are formatted for it.
    ///
    /// @param own settings of each node, beside those of all
    void startThree(IntFunction<Map<String, String>> own) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id = 1; id <= 3; id++) {
            ClusterNode.format(id, folder);
            var each = new HashMap<>(settings(id));
            each.putAll(own.apply(id));
            settings.put(id, each);
        }
        start(settings);
    }

    void start(Map<Integer, Map<String, String>> settings) throws Exception {
        try (ExecutorService starts = Executors.newCachedThreadPool()) {
            var starting = new TreeMap<Integer, Future<Barnabas>>();
            settings.forEach((id, each) -> starting.put(id, starts.submit(() -> ClusterNode.start(each))));
            for (var each : starting.entrySet())
                nodes.put(each.getKey(), each.getValue().get(60, TimeUnit.SECONDS));
        }
    }

    void stop(int id) {
        Barnabas node = nodes.remove(id);
        if (node == null) throw new IllegalArgumentException("node " + id + " does not run");
        node.close();
    }

    /// Addresses of all nodes that run, for clients.
    String addresses() {
        return String.join(
                ",", nodes.values().stream().map(Barnabas::bootstrapServers).toList());
    }

    Admin admin(int id) {
        Barnabas node = nodes.get(id);
        if (node == null) throw new IllegalArgumentException("node " + id + " does not run");
        return admin(node.bootstrapServers());
    }

    static Admin admin(String addresses) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, addresses,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000));
    }

    /// With three replicas. It may be there: where the answer to a first request is late, the client sends a second.
    static void createTopic(Admin admin, String topic, int partitions, int minInSync) throws Exception {
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 3)
                            .configs(Map.of("min.insync.replicas", "" + minInSync))))
                    .all()
                    .get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) throw failed;
        }
    }

    static List<TopicPartitionInfo> partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions();
    }

    static void awaitInSync(Admin admin, String topic, int count) throws Exception {
        await(
                count + " in sync",
                () -> partitions(admin, topic).stream()
                        .allMatch(each -> each.isr().size() == count && each.leader() != null));
    }

    int controller(int askedNode) throws Exception {
        try (Admin admin = admin(askedNode)) {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        }
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        Exception last = null;
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.call()) return;
            } catch (ExecutionException e) {
                last = e;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(what, last);
    }

    @Override
    public void close() {
        try (ExecutorService stops = Executors.newCachedThreadPool()) {
            for (Barnabas each : nodes.values()) stops.execute(each::close);
        }
    }
}
