package barnabas.sim;

import barnabas.base.Clock;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.log.InMemoryMetadataLog;
import barnabas.metadata.log.MetadataLog;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// All nodes, and the metadata log that they share.
final class SimulatedCluster {
    /// A question to a controller, on a thread of its node.
    @FunctionalInterface
    interface Question {
        void ask(ControllerPort port, Clock there);
    }

    private static final int OBSERVER = 99;
    private static final String ID = "c2ltdWxhdGVkLWNsdXN0ZQ";

    private final String name;
    private final String id;
    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final Transcript transcript;
    private final InMemoryMetadataLog.Cluster metadata;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private int controllerId;

    SimulatedCluster(Settings settings, Simulation simulation, Transcript transcript, Findings findings, Clock clock) {
        this("", ID, settings, simulation, transcript, findings, clock);
    }

    /// @param name in front of the names of its nodes, in transcripts
    /// @param id as in `meta.properties`
    SimulatedCluster(
            String name,
            String id,
            Settings settings,
            Simulation simulation,
            Transcript transcript,
            Findings findings,
            Clock clock) {
        this.name = name;
        this.id = id;
        this.simulation = simulation;
        this.transcript = transcript;
        this.network = new SimulatedNetwork(simulation, transcript, findings);
        this.metadata = new InMemoryMetadataLog.Cluster(clock);
        for (int node = 1; node <= settings.nodes(); node++) {
            hosts.add(new SimulatedHost(node, settings, this, simulation, transcript, findings));
        }
    }

    String name() {
        return name;
    }

    String id() {
        return id;
    }

    SimulatedNetwork network() {
        return network;
    }

    List<SimulatedHost> hosts() {
        return hosts;
    }

    SimulatedHost host(int nodeId) {
        return hosts.get(nodeId - 1);
    }

    InMemoryMetadataLog.Cluster metadata() {
        return metadata;
    }

    /// Shows everything that is committed to one that is no node.
    void observe(MetadataLog.Listener observer) {
        metadata.node(OBSERVER, notice -> simulation.after(0, notice)).start(observer);
    }

    /// The log of the node that leads the quorum; null while none does.
    @Nullable
    MetadataLog leadingLog() {
        return controllerId == 0 ? null : host(controllerId).metadata();
    }

    int controllerId() {
        return controllerId;
    }

    long committedOffset() {
        return metadata.committedOffset();
    }

    void elect(int nodeId) {
        transcript.event("fault", "elect controller n" + nodeId);
        controllerId = nodeId;
        metadata.elect(nodeId);
    }

    /// Whether a node runs and reaches another one: with itself a majority.
    boolean canLead(int nodeId) {
        if (nodeId == 0 || !host(nodeId).isRunning()) return false;
        return hosts.stream()
                .anyMatch(other -> other.id() != nodeId
                        && !network.isCut(nodeId, other.id())
                        && !network.isCut(other.id(), nodeId));
    }

    void electUnlessControllerCanLead() {
        if (canLead(controllerId)) return;
        for (SimulatedHost host : hosts) {
            if (!canLead(host.id())) continue;
            elect(host.id());
            return;
        }
    }

    /// The cluster as its controller's node sees it; null while that does not run.
    @Nullable
    ClusterImage image() {
        return controllerId == 0 ? null : host(controllerId).image();
    }

    /// The newest one that a node has: a controller that was just elected may be behind.
    @Nullable
    ClusterImage newestImage() {
        ClusterImage newest = null;
        for (SimulatedHost host : hosts) {
            ClusterImage image = host.image();
            boolean newer = image != null
                    && (newest == null
                            || image.position().offset() > newest.position().offset());
            if (newer) newest = image;
        }
        return newest;
    }

    /// Whether `inSyncMin` replicas of every partition are in sync, on nodes that serve.
    boolean areInSync(int inSyncMin) {
        ClusterImage image = image();
        if (image == null) return false;
        for (TopicImage topic : image.topicsByName())
            for (PartitionImage each : topic.partitions())
                if (!each.hasLeader()
                        || each.isr().size()
                                < Math.min(inSyncMin, each.replicas().size())
                        || !each.isr().stream().allMatch(id -> host(id).isServing())) return false;
        return true;
    }

    /// Leaders of a partition, as each node has them. A node that is behind the others takes itself for what it was.
    String leadersOf(String topic, int index) {
        var text = new StringJoiner(", ");
        for (SimulatedHost host : hosts) {
            ClusterImage image = host.image();
            PartitionImage known = image == null
                    ? null
                    : image.topic(topic).flatMap(each -> each.partition(index)).orElse(null);
            text.add("n" + host.id() + ": "
                    + (known == null ? "nothing" : "n" + known.leader() + " in epoch " + known.leaderEpoch()));
        }
        return text.toString();
    }

    static boolean isInSyncAnywhere(int nodeId, ClusterImage image) {
        for (TopicImage topic : image.topicsByName())
            for (PartitionImage each : topic.partitions()) if (each.isr().contains(nodeId)) return true;
        return false;
    }

    /// Has a thread of that node ask its controller.
    ///
    /// @param broken runs when the node's process ends before the question is answered
    /// @return false when the node does not run
    boolean atController(int nodeId, Runnable broken, Question question) {
        SimulatedHost host = host(nodeId);
        SimulatedProcess process = host.process();
        @Nullable ControllerPort port = host.controller();
        if (process == null || process.isDead() || port == null) return false;
        process.whenEnded(broken);
        process.start("controller-request", () -> {
            question.ask(port, process);
            process.forget(broken);
        });
        return true;
    }

    Simulation simulation() {
        return simulation;
    }
}
