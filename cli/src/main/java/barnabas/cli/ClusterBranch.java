package barnabas.cli;

import barnabas.cli.cluster.ClusterPicture;
import barnabas.cli.cluster.ClusterPicture.NodeState;
import barnabas.cli.cluster.ClusterPicture.Troubled;
import barnabas.cli.cluster.ClusterRestart;
import barnabas.cli.cluster.ClusterUp;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import barnabas.cli.console.Json;
import barnabas.cli.console.Listing;
import barnabas.cli.console.Progress;
import barnabas.client.Cluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Start a local cluster, show any cluster: up, status, restart.",
        footer = {"  barnabas cluster up --data /tmp/cluster", "  barnabas cluster status"})
final class ClusterBranch {
    private static final List<String> NAMES = List.of("up", "status", "restart");

    private ClusterBranch() {}

    static CommandLine line(String second, Console console, Interruption interruption) {
        return CommandBranch.of(new ClusterBranch(), second, NAMES, name -> switch (name) {
            case "up" -> new ClusterUp(console, interruption);
            case "status" -> new Status(console);
            case "restart" -> new ClusterRestart(console, interruption);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "status",
            description = {
                "Show nodes, controller, leaders, replicas that lag, and disk of a cluster.",
                "LAG counts the records that the followers on a node lack, METADATA LAG those of the metadata log.",
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
            out.println("Partitions: " + picture.partitions() + " in " + picture.topics() + " topics, "
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
}
