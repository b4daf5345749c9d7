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
import java.util.Optional;
import java.util.stream.Collectors;

/// Stops the nodes of a local cluster one after the other; the process that runs the cluster starts each again. The
/// active controller is the last, so that it is elected once.
public final class RollingRestart {
    private static final Duration TICK = Duration.ofMillis(50);
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
        for (LocalNode each : folder.nodes()) if (process(each).isEmpty()) ended.add(each);
        if (!ended.isEmpty() && !startAgain(ended, "start")) return false;
        if (!awaitInSync("before the restart")) return false;
        for (LocalNode each : inOrder())
            if (!ended.contains(each) && !startAgain(List.of(each), "restart")) return false;
        return true;
    }

    /// One node only; the others have to run.
    ///
    /// @return false when interrupted
    public boolean run(int id) throws Failure, IOException, InterruptedException {
        LocalNode node = folder.nodes().stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new Failure("there is no node " + id + ": the nodes are "
                        + folder.nodes().stream().map(LocalNode::id).toList()));
        boolean ended = process(node).isEmpty();
        return (ended || awaitInSync("before the restart")) && startAgain(List.of(node), ended ? "start" : "restart");
    }

    /// At the same time: one of several may find no majority of the voters.
    private boolean startAgain(List<LocalNode> nodes, String what) throws Failure, IOException, InterruptedException {
        long begin = console.clock().nanos();
        for (LocalNode each : nodes) {
            Files.writeString(each.restart(), "");
            process(each).ifPresent(ProcessHandle::destroy);
        }
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
        while (Files.exists(node.restart())) {
            if (interruption.awaitRequest(TICK)) return false;
            if (deadline.passed()) {
                boolean _ = Files.deleteIfExists(node.restart());
                throw new Failure("node " + node.id() + " did not start again in " + patience.toSeconds() + " s (log: "
                        + node.log() + ")");
            }
        }
        if (process(node).isEmpty())
            throw new Failure("node " + node.id() + " ended when it was started (log: " + node.log() + ")");
        return true;
    }

    private static Optional<ProcessHandle> process(LocalNode node) throws IOException {
        if (!Files.exists(node.pid())) return Optional.empty();
        String text = Files.readString(node.pid()).strip();
        if (text.isEmpty()) return Optional.empty();
        return ProcessHandle.of(Long.parseLong(text)).filter(ProcessHandle::isAlive);
    }

    private boolean awaitInSync(String when) throws Failure, InterruptedException {
        var deadline = Deadline.in(patience, console.clock());
        var progress = new StartProgress(console);
        try {
            for (String lacking = lacking(); !lacking.isEmpty(); lacking = lacking()) {
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
    /// @return the first thing that is not there yet, empty when all is well
    private String lacking() throws Failure {
        for (LocalNode node : folder.nodes()) {
            try (var cluster = connect(node.address())) {
                cluster.refresh(null, false);
                ClusterMetadata metadata = cluster.metadata();
                if (metadata.brokers().size() < folder.nodes().size())
                    return "node " + node.id() + " sees " + metadata.brokers().size() + " brokers";
                for (ClusterMetadata.Topic topic : metadata.topics().values())
                    for (ClusterMetadata.Partition each : topic.partitions())
                        if (each.leaderId() < 0
                                || each.inSyncReplicas().size()
                                        < each.replicas().size())
                            return topic.name() + "-" + each.index() + " lacks replicas";
            } catch (ClientException e) {
                return "node " + node.id() + " does not answer";
            }
        }
        return "";
    }

    private Cluster connect(String addresses) throws Failure {
        var options = folder.connection().withConnectTimeout(ANSWER_MAX).withRequestTimeout(ANSWER_MAX);
        return new Cluster(Address.parseList(addresses), options, ANSWER_MAX, console.random());
    }
}
