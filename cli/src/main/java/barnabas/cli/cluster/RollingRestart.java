package barnabas.cli.cluster;

import barnabas.base.Deadline;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.admin.QuorumAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Asks the process that runs a local cluster to restart the nodes, one after the other. The active controller is the
/// last, so that it is elected once.
public final class RollingRestart {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final ClusterFolder folder;
    private final Duration patience;
    private final Console console;
    private final Interruption interruption;

    /// @param patience for each wait until all replicas are in sync
    public RollingRestart(ClusterFolder folder, Duration patience, Console console, Interruption interruption) {
        this.folder = folder;
        this.patience = patience;
        this.console = console;
        this.interruption = interruption;
    }

    /// Starts nodes whose process has ended, then restarts the others.
    ///
    /// @return false when interrupted, which happens between two nodes
    public boolean run() throws Failure, IOException, InterruptedException {
        var ended = new ArrayList<LocalNode>();
        for (LocalNode each : folder.nodes()) if (!runs(each)) ended.add(each);
        if (!ended.isEmpty() && !startAgain(ended, "start")) return false;
        if (!awaitInSync("before the restart")) return false;
        for (LocalNode each : inOrder())
            if (!ended.contains(each) && !startAgain(List.of(each), "restart")) return false;
        return true;
    }

    /// One node only, which may have ended or not answer; the others have to run.
    ///
    /// @return false when interrupted
    public boolean run(int id) throws Failure, IOException, InterruptedException {
        LocalNode node = folder.nodes().stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new Failure("there is no node " + id + ": the nodes are "
                        + folder.nodes().stream().map(LocalNode::id).toList()));
        boolean ended = !runs(node);
        if (!ended && !awaitInSync("before the restart", answers(node) ? Set.of() : Set.of(node.id()))) return false;
        return startAgain(List.of(node), ended ? "start" : "restart");
    }

    /// At the same time: one of several may find no majority of the voters.
    private boolean startAgain(List<LocalNode> nodes, String what) throws Failure, IOException, InterruptedException {
        long begin = console.clock().nanos();
        for (LocalNode each : nodes) Files.writeString(each.restart(), "");
        for (LocalNode each : nodes) if (!awaitServing(each)) return false;
        var ids = nodes.stream().map(each -> "" + each.id()).collect(Collectors.joining(", "));
        if (!awaitInSync("after the " + what + " of node " + ids)) return false;
        var out = console.text();
        for (LocalNode each : nodes)
            out.println("Node " + each.id() + " " + what + "ed and in sync after "
                    + (console.clock().nanos() - begin) / 1_000_000 + " ms");
        out.flush();
        return true;
    }

    private List<LocalNode> inOrder() throws Failure {
        int controller;
        try (var cluster = connect(folder.bootstrapServers())) {
            controller = new QuorumAdmin(cluster).describe().leaderId();
        } catch (ClientException e) {
            throw new Failure("the controller is not known: " + e.getMessage(), e);
        }
        var order = new ArrayList<LocalNode>();
        for (LocalNode each : folder.nodes()) if (each.id() != controller) order.add(each);
        for (LocalNode each : folder.nodes()) if (each.id() == controller) order.add(each);
        return order;
    }

    /// Returns when the new process of the node serves clients.
    private boolean awaitServing(LocalNode node) throws Failure, IOException, InterruptedException {
        var deadline = Deadline.in(patience, console.clock());
        var look = Deadline.in(LOOK, console.clock());
        while (Files.exists(node.restart())) {
            if (interruption.awaitRequest(TICK)) return false;
            if (look.passed()) {
                folder.requireRunning();
                look = Deadline.in(LOOK, console.clock());
            }
            if (deadline.passed()) {
                boolean _ = Files.deleteIfExists(node.restart());
                throw new Failure("node " + node.id() + " did not start again in " + patience.toSeconds() + " s (log: "
                        + node.log() + ")");
            }
        }
        if (!runs(node))
            throw new Failure("node " + node.id() + " ended when it was started (log: " + node.log() + ")");
        return true;
    }

    /// The file goes with the process.
    private static boolean runs(LocalNode node) {
        return Files.exists(node.pid());
    }

    private boolean answers(LocalNode node) throws Failure {
        try (var cluster = connect(node.address())) {
            cluster.refresh(List.of(), false);
            return true;
        } catch (ClientException e) {
            return false;
        }
    }

    private boolean awaitInSync(String when) throws Failure, InterruptedException {
        return awaitInSync(when, Set.of());
    }

    private boolean awaitInSync(String when, Set<Integer> without) throws Failure, InterruptedException {
        var deadline = Deadline.in(patience, console.clock());
        var progress = new StartProgress(console);
        try {
            for (String lacking = lacking(without); !lacking.isEmpty(); lacking = lacking(without)) {
                if (interruption.awaitRequest(TICK)) return false;
                progress.update("waiting " + when + ": " + lacking);
                if (deadline.passed())
                    throw new Failure("not in sync " + when + " after " + patience.toSeconds() + " s: " + lacking
                            + "; see 'barnabas cluster status'");
            }
        } finally {
            progress.clear();
        }
        return true;
    }

    /// Every node is asked, because each has the cluster's state from its own copy of the metadata log.
    ///
    /// @param without ids of nodes that may be missing
    /// @return the first thing that is not there yet, empty when all is well
    private String lacking(Set<Integer> without) throws Failure {
        for (LocalNode node : folder.nodes()) {
            if (without.contains(node.id())) continue;
            try (var cluster = connect(node.address())) {
                cluster.refresh(null, false);
                ClusterMetadata metadata = cluster.metadata();
                if (metadata.brokers().size() < folder.nodes().size() - without.size())
                    return "node " + node.id() + " sees " + metadata.brokers().size() + " brokers";
                for (ClusterMetadata.Topic topic : metadata.topics().values())
                    for (ClusterMetadata.Partition each : topic.partitions())
                        if (each.leaderId() < 0 || isLacking(each, without))
                            return topic.name() + "-" + each.index() + " lacks replicas";
            } catch (ClientException e) {
                return "node " + node.id() + " does not answer";
            }
        }
        return "";
    }

    private static boolean isLacking(ClusterMetadata.Partition partition, Set<Integer> without) {
        for (int replica : partition.replicas())
            if (!without.contains(replica) && !partition.inSyncReplicas().contains(replica)) return true;
        return false;
    }

    private Cluster connect(String addresses) throws Failure {
        var options = folder.connection().withConnectTimeout(ANSWER_MAX).withRequestTimeout(ANSWER_MAX);
        return new Cluster(Address.parseList(addresses), options, ANSWER_MAX, console.random());
    }
}
