package barnabas.cluster;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.net.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Nodes of a cluster in this process, on real sockets.
final class ClusterNode {
    static final String CLUSTER_ID = "c2l4dGVlbiBieXRlcyBpZA";
    private static final String DIRECTORY_IDS = "AAAAAAAAAAAAAAAAAAAA";

    private ClusterNode() {}

    static List<Integer> freePorts(int count) throws IOException {
        return FreePorts.choose(count);
    }

    static Map<String, String> settings(int id, List<Integer> controllerPorts, Path folder) {
        var voters = new ArrayList<String>();
        for (int i = 0; i < controllerPorts.size(); i++) voters.add((i + 1) + "@127.0.0.1:" + controllerPorts.get(i));
        var settings = new HashMap<String, String>();
        settings.put("node.id", "" + id);
        settings.put("process.roles", "broker,controller");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + controllerPorts.get(id - 1));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", String.join(",", voters));
        settings.put("controller.quorum.election.timeout.ms", "300");
        settings.put("controller.quorum.fetch.timeout.ms", "900");
        settings.put("broker.session.timeout.ms", "1500");
        settings.put("broker.heartbeat.interval.ms", "200");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("log.dirs", folder.resolve("n" + id).toString());
        return settings;
    }

    static Map<String, String> controller(Map<String, String> settings) {
        var changed = new HashMap<>(settings);
        changed.put("process.roles", "controller");
        changed.put("listeners", settings.get("listeners").replaceFirst("PLAINTEXT:.*,", ""));
        return changed;
    }

    static Map<String, String> broker(int id, Map<String, String> settings, Path folder) {
        var changed = new HashMap<>(settings);
        changed.put("node.id", "" + id);
        changed.put("process.roles", "broker");
        changed.put("listeners", "PLAINTEXT://127.0.0.1:0");
        changed.put("log.dirs", folder.resolve("n" + id).toString());
        return changed;
    }

    static void format(int id, Path folder) throws IOException {
        format(id, folder, CLUSTER_ID);
    }

    static void format(int id, Path folder, String clusterId) throws IOException {
        Path data = Files.createDirectories(folder.resolve("n" + id));
        Files.writeString(
                data.resolve("meta.properties"),
                "version=1\ncluster.id=" + clusterId + "\nnode.id=" + id + "\ndirectory.id=" + DIRECTORY_IDS
                        + (char) ('a' + id) + "A\n");
    }

    static Barnabas start(Map<String, String> settings) throws StartFailure {
        return start(settings, UnaryOperator.identity());
    }

    static Barnabas start(Map<String, String> settings, UnaryOperator<World> between) throws StartFailure {
        return switch (BrokerConfig.parse(settings)) {
            case ParseResult.Valid(BrokerConfig config, var _) ->
                Barnabas.start(config, new QuorumMembership(config), between);
            case ParseResult.Invalid(List<String> problems) -> throw new StartFailure(problems);
        };
    }
}
