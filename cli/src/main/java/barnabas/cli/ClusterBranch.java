package barnabas.cli;

import barnabas.cli.balance.ListedNode;
import barnabas.cli.balance.MovePlan;
import barnabas.cli.balance.MoveThrottle;
import barnabas.cli.balance.Placement;
import barnabas.cli.balance.PlanRun;
import barnabas.cli.balance.Planner;
import barnabas.cli.cluster.ClusterPicture;
import barnabas.cli.cluster.ClusterPicture.NodeState;
import barnabas.cli.cluster.ClusterPicture.Troubled;
import barnabas.cli.cluster.ClusterRestart;
import barnabas.cli.cluster.ClusterUp;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.cli.console.Json;
import barnabas.cli.console.Listing;
import barnabas.cli.console.Progress;
import barnabas.client.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer clusters and nodes: up, status, restart, add, drain, remove.",
        footer = {
            "  barnabas cluster up --data /tmp/cluster",
            "  barnabas cluster status",
            "  barnabas cluster drain 3 --execute"
        })
final class ClusterBranch {
    private static final List<String> NAMES = List.of("up", "status", "restart", "add", "drain", "remove");

    private ClusterBranch() {}

    static CommandLine line(String second, Console console, Interruption interruption) {
        return CommandBranch.of(new ClusterBranch(), second, NAMES, name -> switch (name) {
            case "up" -> new ClusterUp(console, interruption);
            case "status" -> new Status(console);
            case "restart" -> new ClusterRestart(console, interruption);
            case "add" -> new Add(console, interruption);
            case "drain" -> new Drain(console, interruption);
            case "remove" -> new Remove(console, interruption);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "status",
            description = {
                "Show the nodes, controller, leaders, lagging replicas and disks of a cluster.",
                "LAG counts the records that followers on a node lack, METADATA LAG those of the metadata log.",
                "FREE is the space left on the fullest of a node's disks."
            },
            exitCodeList = "1:Partitions are offline, or the cluster cannot be reached.",
            footer = {"  barnabas cluster status", "  barnabas cluster status --bootstrap-server broker1:9092 --json"})
    private static final class Status extends ReportCommand {
        /// So that everything is on one screen; JSON has all.
        private static final int TROUBLED_SHOWN_MAX = 10;

        Status(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            ClusterPicture picture = ClusterPicture.of(cluster);
            if (json) printJson(picture);
            else printScreen(picture);
            return picture.offline().isEmpty() ? 0 : 1;
        }

        private void printScreen(ClusterPicture picture) {
            var out = console.text();
            String controller = picture.controllerId() < 0 ? "none" : "node " + picture.controllerId();
            out.println("Cluster " + picture.clusterId() + ", controller: " + controller);
            var nodes = new Listing(
                    "node",
                    "address",
                    "role",
                    "leaders",
                    "replicas",
                    "outOfSync",
                    "lag",
                    "metadataLag",
                    "data",
                    "free");
            for (NodeState each : picture.nodes())
                nodes.row(
                        each.id(),
                        each.address() == null ? "down" : each.address(),
                        each.role(),
                        each.leaders(),
                        each.replicas(),
                        each.outOfSync(),
                        each.lag(),
                        each.metadataLag(),
                        size(each.bytes()),
                        size(each.usableBytes()));
            nodes.table().print(out);
            out.println(
                    "Partitions: " + picture.partitions() + " in " + Progress.count(picture.topics(), "topic") + ", "
                            + picture.underReplicated().size() + " under-replicated, "
                            + picture.offline().size() + " offline");
            var troubled = new ArrayList<>(picture.offline());
            troubled.addAll(picture.underReplicated());
            if (!troubled.isEmpty()) {
                var listing = new Listing("partition", "leader", "inSync", "lacking");
                for (Troubled each : troubled.subList(0, Math.min(TROUBLED_SHOWN_MAX, troubled.size())))
                    listing.row(
                            each.partition(),
                            each.leaderId() < 0 ? "offline" : each.leaderId(),
                            each.inSync(),
                            each.lacking());
                listing.table().print(out);
                int more = troubled.size() - TROUBLED_SHOWN_MAX;
                if (more > 0) out.println("and " + more + " more (--json has all)");
            }
            out.flush();
        }

        private static @Nullable String size(@Nullable Long bytes) {
            return bytes == null ? null : Progress.size(bytes);
        }

        private void printJson(ClusterPicture picture) throws IOException {
            var nodes = new Listing(
                    "id",
                    "address",
                    "role",
                    "leaders",
                    "replicas",
                    "outOfSync",
                    "lag",
                    "metadataLag",
                    "bytes",
                    "usableBytes");
            for (NodeState each : picture.nodes())
                nodes.row(
                        each.id(),
                        each.address(),
                        each.role(),
                        each.leaders(),
                        each.replicas(),
                        each.outOfSync(),
                        each.lag(),
                        each.metadataLag(),
                        each.bytes(),
                        each.usableBytes());
            Json.print(
                    console.out(),
                    Json.object(
                            "clusterId",
                            picture.clusterId(),
                            "controllerId",
                            picture.controllerId(),
                            "nodes",
                            nodes.objects(),
                            "topics",
                            picture.topics(),
                            "partitions",
                            picture.partitions(),
                            "underReplicated",
                            listed(picture.underReplicated()),
                            "offline",
                            listed(picture.offline())));
        }

        private static List<?> listed(List<Troubled> troubled) {
            var listing = new Listing("topic", "partition", "leader", "inSync", "lacking");
            for (Troubled each : troubled)
                listing.row(
                        each.partition().topic(),
                        each.partition().partition(),
                        each.leaderId(),
                        each.inSync(),
                        each.lacking());
            return listing.objects();
        }
    }

    /// A command that moves replicas by a plan, which is shown first.
    private abstract static class Moving extends ReportCommand {
        /// So that everything is on one screen; JSON has all.
        private static final int MOVES_SHOWN_MAX = 20;

        @Parameters(paramLabel = "NODE", description = "Id of the node.")
        private String id = "";

        int node;

        @Option(
                names = "--throttle",
                paramLabel = "BYTES",
                description =
                        "Number of bytes per second that each node sends at most, and fetches (default: no limit).")
        private @Nullable Long throttle;

        @Option(names = "--execute", description = "Move the replicas without asking.")
        private boolean execute;

        private final Interruption interruption;

        Moving(Console console, Interruption interruption) {
            super(console);
            this.interruption = interruption;
        }

        abstract MovePlan plan(Placement placement) throws Failure;

        /// Whether the node takes no new partitions while replicas move, and afterwards.
        abstract boolean isCordoned();

        /// @return the exit code after all moves
        abstract int finish(Cluster cluster) throws Exception;

        @Override
        void prepare() {
            try {
                node = Integer.parseInt(id);
            } catch (NumberFormatException e) {
                throw misused("NODE takes the whole number of a node, not '" + id + "'");
            }
            if (throttle != null && throttle <= 0)
                throw misused("--throttle takes a positive number of bytes, not '" + throttle + "'");
        }

        @Override
        int run(Cluster cluster) throws Exception {
            Placement placement = Placement.of(cluster);
            MovePlan plan = plan(placement);
            if (!plan.impossible().isEmpty())
                throw new Failure("nothing is moved: " + plan.impossible().getFirst()
                        + (plan.impossible().size() == 1
                                ? ""
                                : ", and " + (plan.impossible().size() - 1) + " more cannot move"));
            show(plan);
            if (!execute && !agreed()) return 0;
            if (placement.racks().containsKey(node))
                new ListedNode(cluster, node)
                        .cordon(isCordoned())
                        .filter(_ -> isCordoned())
                        .ifPresent(problem ->
                                console.err().println("node " + node + " may get new partitions: " + problem));
            if (!carryOut(cluster, plan)) return 1;
            return finish(cluster);
        }

        private void show(MovePlan plan) throws IOException {
            if (json) {
                var listing = new Listing("topic", "partition", "from", "to", "before", "after", "bytes");
                for (MovePlan.Move each : plan.moves())
                    listing.row(
                            each.partition().topic(),
                            each.partition().partition(),
                            each.from(),
                            each.to(),
                            each.before(),
                            each.after(),
                            each.bytes());
                listing.print(console, true);
                return;
            }
            var out = console.text();
            out.println("Plan: " + plan.moves().size() + " replicas move, " + Progress.size(plan.bytes()));
            var listing = new Listing("partition", "from", "to", "size");
            for (MovePlan.Move each : plan.moves()
                    .subList(0, Math.min(MOVES_SHOWN_MAX, plan.moves().size())))
                listing.row(each.partition(), each.before(), each.after(), Progress.size(each.bytes()));
            if (!plan.moves().isEmpty()) listing.table().print(out);
            int more = plan.moves().size() - MOVES_SHOWN_MAX;
            if (more > 0) out.println("and " + more + " more (--json has all)");
            out.flush();
        }

        private boolean agreed() throws IOException {
            if (json) return false;
            if (console.interactive() && console.confirms("Move the replicas?")) return true;
            console.err().println("nothing has moved yet: add --execute to move the replicas");
            return false;
        }

        /// False after an interruption.
        private boolean carryOut(Cluster cluster, MovePlan plan) throws Exception {
            var limit = new MoveThrottle(cluster, plan);
            PlanRun.Result result;
            try {
                if (throttle != null) limit.set(throttle);
                result = new PlanRun(cluster, plan, !isCordoned(), console, interruption).run();
            } finally {
                if (throttle != null) limit.unset();
            }
            if (!result.complete())
                console.problem(
                        "interrupted: " + result.moved() + " of " + plan.moves().size()
                                + " replicas have moved, the others stay: run the command again to continue");
            return result.complete();
        }

        final void say(String line) {
            if (json) return;
            var out = console.text();
            out.println(line);
            out.flush();
        }

        final boolean awaitRequest(Duration patience) throws InterruptedException {
            return interruption.awaitRequest(patience);
        }
    }

    @Command(
            name = "add",
            description = {
                "Move the fewest replicas onto a new node that give it its share.",
                "Without --execute, print the plan and change nothing; at a terminal, ask first.",
                "Ctrl-C cancels the moves under way."
            },
            exitCodeList = "1:The node does not run, a move was refused, or the command was interrupted.",
            footer = {
                "  barnabas cluster add 4",
                "  barnabas cluster add 4 -b broker1:9092 --throttle 50000000 --execute"
            })
    private static final class Add extends Moving {
        Add(Console console, Interruption interruption) {
            super(console, interruption);
        }

        @Override
        MovePlan plan(Placement placement) throws Failure {
            if (!placement.racks().containsKey(node))
                throw new Failure("node " + node + " does not run as a broker: the running brokers are "
                        + placement.racks().keySet());
            return Planner.add(placement, node);
        }

        @Override
        boolean isCordoned() {
            return false;
        }

        @Override
        int finish(Cluster cluster) {
            say("Node " + node + " has its share");
            return 0;
        }
    }

    /// A plan that empties the node.
    private abstract static class Emptying extends Moving {
        Emptying(Console console, Interruption interruption) {
            super(console, interruption);
        }

        @Override
        MovePlan plan(Placement placement) throws Failure {
            return Planner.drain(placement, node);
        }

        @Override
        boolean isCordoned() {
            return true;
        }
    }

    @Command(
            name = "drain",
            description = {
                "Move all replicas off a node.",
                "The node takes no new partitions from then on, until 'barnabas cluster add'.",
                "Without --execute, print the plan and change nothing; at a terminal, ask first.",
                "Ctrl-C cancels the moves under way."
            },
            exitCodeList = "1:A replica has nowhere to go, a move was refused, or the command was interrupted.",
            footer = {"  barnabas cluster drain 3", "  barnabas cluster drain 3 --throttle 50000000 --execute"})
    private static final class Drain extends Emptying {
        Drain(Console console, Interruption interruption) {
            super(console, interruption);
        }

        @Override
        MovePlan plan(Placement placement) throws Failure {
            MovePlan plan = super.plan(placement);
            if (plan.moves().isEmpty() && !placement.racks().containsKey(node))
                throw new Failure("node " + node + " has no replicas and does not run as a broker:"
                        + " the running brokers are " + placement.racks().keySet());
            return plan;
        }

        @Override
        int finish(Cluster cluster) {
            say("Node " + node + " has no replicas");
            return 0;
        }
    }

    @Command(
            name = "remove",
            description = {
                "Move all replicas off a node, and unregister it once it is stopped.",
                "The command waits after the moves until the node is stopped.",
                "A node that is gone for good is removed in the same way.",
                "Without --execute, print the plan and change nothing; at a terminal, ask first.",
                "Ctrl-C cancels the moves under way."
            },
            exitCodeList = "1:A replica has nowhere to go, a move was refused, or the command was interrupted.",
            footer = {"  barnabas cluster remove 3", "  barnabas cluster remove 3 --execute"})
    private static final class Remove extends Emptying {
        private static final Duration TICK = Duration.ofMillis(200);

        Remove(Console console, Interruption interruption) {
            super(console, interruption);
        }

        @Override
        int finish(Cluster cluster) throws Exception {
            var listed = new ListedNode(cluster, node);
            boolean said = false;
            while (listed.runs()) {
                if (!said) say("Node " + node + " has no replicas: stop it now");
                said = true;
                if (awaitRequest(TICK)) {
                    console.problem("interrupted: node " + node + " is empty and still registered");
                    return 1;
                }
            }
            listed.unregister();
            say("Node " + node + " is removed");
            if (listed.isVoter()) console.err().println("node " + node + " is still a voter of the metadata quorum");
            return 0;
        }
    }
}
