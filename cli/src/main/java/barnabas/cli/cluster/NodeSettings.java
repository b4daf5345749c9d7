package barnabas.cli.cluster;

import barnabas.cli.secure.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes the settings of a node of a local cluster.
final class NodeSettings {
    private NodeSettings() {}

    /// Create the file, or replace in it what depends on ports and the place of the directory.
    ///
    /// @param security settings of a secured node, which may hold secrets; empty for none
    static void write(LocalNode node, List<LocalNode> all, Map<String, String> security) throws IOException {
        var lines = new ArrayList<String>();
        if (Files.exists(node.config())) lines.addAll(Files.readAllLines(node.config()));
        else lines.addAll(first(node, all.size()));
        var before = List.copyOf(lines);
        Map<String, String> placed = placed(node, all, security.isEmpty() ? "PLAINTEXT" : "SASL_SSL");
        placed.putAll(security);
        placed.forEach((name, value) -> {
            lines.removeIf(line -> line.startsWith(name + "="));
            lines.add(name + "=" + value);
        });
        if (lines.equals(before) && Files.exists(node.config())) return;
        String text = String.join("\n", lines) + "\n";
        if (security.isEmpty()) Files.writeString(node.config(), text);
        else PrivateFile.write(node.config(), text);
    }

    private static Map<String, String> placed(LocalNode node, List<LocalNode> all, String protocol) {
        var voters = all.stream()
                .map(each -> each.id() + "@" + LocalNode.HOST + ":" + each.controllerPort())
                .toList();
        var placed = new LinkedHashMap<String, String>();
        placed.put(
                "listeners",
                protocol + "://" + node.address() + ",CONTROLLER://" + LocalNode.HOST + ":" + node.controllerPort());
        placed.put("controller.quorum.voters", String.join(",", voters));
        placed.put("log.dirs", node.data().toString().replace("\\", "\\\\"));
        return placed;
    }

    /// With shorter timeouts than Kafka's defaults: nodes on one machine answer at once, and a start waits for the
    /// first election.
    private static List<String> first(LocalNode node, int count) {
        int replicas = Math.min(3, count);
        int inSync = Math.max(1, replicas - 1);
        return List.of(
                "# Written by 'barnabas cluster up'. Lines that are added stay.",
                "process.roles=broker,controller",
                "node.id=" + node.id(),
                "controller.listener.names=CONTROLLER",
                "controller.quorum.election.timeout.ms=300",
                "controller.quorum.fetch.timeout.ms=900",
                "broker.session.timeout.ms=3000",
                "broker.heartbeat.interval.ms=500",
                "group.initial.rebalance.delay.ms=0",
                "default.replication.factor=" + replicas,
                "min.insync.replicas=" + inSync,
                "offsets.topic.replication.factor=" + replicas,
                "transaction.state.log.replication.factor=" + replicas,
                "transaction.state.log.min.isr=" + inSync);
    }
}
