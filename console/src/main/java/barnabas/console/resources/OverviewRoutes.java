package barnabas.console.resources;

import barnabas.broker.http.Health;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.metrics.TrafficStatus;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.Route;
import barnabas.console.view.TopicsView;
import barnabas.console.view.TrafficView;
import barnabas.console.view.User;
import barnabas.metrics.Reading;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `/overview`: health in one sentence, nodes, counters of all nodes, disks.
record OverviewRoutes(NodeAccess node) {
    /// Of a disk, below which it is reported.
    private static final double FREE_MIN = 0.1;

    /// Urgency of a sentence of health.
    private enum Level {
        OK,
        WARNING,
        BAD
    }

    private record Finding(Level level, String sentence, String todo) {
        JsonObject json() {
            return new JsonObject()
                    .put("level", level.name().toLowerCase(Locale.ROOT))
                    .put("sentence", sentence)
                    .put("todo", todo);
        }
    }

    List<Route> routes() {
        return List.of(
                Route.get("/overview", "Health, nodes, counters of all nodes and disks", (_, user) -> overview(user)));
    }

    private JsonObject overview(User user) throws ClientException {
        DescribeClusterResponse cluster = cluster(user.cluster());
        TopicsView topics = user.topics();
        List<Directory> disks = user.directories();
        int partitions = 0;
        int under = 0;
        int offline = 0;
        for (TopicsView.Topic each : topics.topics().values()) {
            partitions += each.partitions();
            under += each.underReplicated();
            offline += each.offline();
        }
        Health.State health = node.health().state();
        TrafficView traffic = user.traffic(node.config().node().nodeId(), node.traffic());
        List<Finding> findings = findings(cluster, health, under, offline, disks);
        return new JsonObject()
                .put("health", findings.getFirst().json())
                .put("findings", findings.stream().map(Finding::json).toList())
                .put("node", node.config().node().nodeId())
                .put("clusterId", cluster.clusterId())
                .put("controller", cluster.controllerId())
                .put(
                        "brokers",
                        cluster.brokers().stream()
                                .map(each -> broker(each, cluster))
                                .toList())
                .put("topics", topics.topics().size())
                .put("partitions", partitions)
                .put("underReplicated", under)
                .put("offline", offline)
                .put("disks", disks.stream().map(OverviewRoutes::disk).toList())
                .put("counters", counters())
                .put(
                        "traffic",
                        traffic.nodes().entrySet().stream()
                                .map(each -> traffic(each.getKey(), each.getValue()))
                                .toList())
                .put("trafficUnknown", List.copyOf(traffic.unanswered()))
                .put("time", node.clock().millis());
    }

    static DescribeClusterResponse cluster(Cluster cluster) throws ClientException {
        return cluster.any()
                .call(
                        DescribeClusterRequest.builder()
                                .includeFencedBrokers(true)
                                .build(),
                        DescribeClusterResponse.class);
    }

    static JsonObject broker(DescribeClusterBroker each, DescribeClusterResponse cluster) {
        return new JsonObject()
                .put("id", each.brokerId())
                .put("host", each.host())
                .put("port", each.port())
                .put("rack", each.rack())
                .put("fenced", each.isFenced())
                .put("controller", each.brokerId() == cluster.controllerId());
    }

    static JsonObject disk(Directory each) {
        return new JsonObject()
                .put("broker", each.brokerId())
                .put("path", each.path())
                .put("bytes", each.bytes())
                .put("replicas", each.partitions().size())
                .put("totalBytes", each.totalBytes())
                .put("usableBytes", each.usableBytes());
    }

    private static JsonObject traffic(int broker, TrafficView.Counters counters) {
        var json = new JsonObject().put("node", broker).put("time", counters.millis());
        counters.counts().forEach(json::put);
        return json;
    }

    private JsonObject counters() {
        Reading reading = node.traffic().get();
        var counters = new JsonObject();
        for (String each : TrafficStatus.COUNTERS) counters.put(each, TrafficStatus.total(reading, each));
        return counters;
    }

    private static List<Finding> findings(
            DescribeClusterResponse cluster, Health.State health, int under, int offline, List<Directory> disks) {
        var findings = new ArrayList<Finding>();
        for (String each : health.reasons())
            findings.add(new Finding(Level.BAD, "This node serves no clients: " + each + ".", "Look at its log."));
        if (offline > 0)
            findings.add(new Finding(
                    Level.BAD,
                    offline + (offline == 1 ? " partition has" : " partitions have")
                            + " no leader: producers and consumers of it wait.",
                    "Start the brokers that hold its replicas."));
        for (DescribeClusterBroker each : cluster.brokers())
            if (each.isFenced())
                findings.add(new Finding(
                        Level.BAD,
                        "Broker " + each.brokerId() + " is registered, but the controller does not hear from it.",
                        "Start it, or unregister it when it is gone for good."));
        for (Directory each : disks)
            if (each.totalBytes() > 0 && each.usableBytes() < each.totalBytes() * FREE_MIN)
                findings.add(new Finding(
                        Level.WARNING,
                        "The disk of " + each.path() + " on broker " + each.brokerId() + " has less than a tenth left.",
                        "Lower the retention of large topics, or add space."));
        if (under > 0)
            findings.add(new Finding(
                    Level.WARNING,
                    under + (under == 1 ? " partition has" : " partitions have") + " a replica that is not in sync.",
                    "Wait if a broker has just started; otherwise look at the broker that is missing in the ISR."));
        for (String each : health.warnings())
            findings.add(new Finding(Level.WARNING, "This node warns: " + each + ".", "Look at its log."));
        if (findings.isEmpty())
            findings.add(new Finding(
                    Level.OK,
                    cluster.brokers().size() == 1
                            ? "The node serves all its partitions."
                            : "All " + cluster.brokers().size()
                                    + " nodes serve all partitions, all replicas are in sync.",
                    ""));
        return findings;
    }
}
