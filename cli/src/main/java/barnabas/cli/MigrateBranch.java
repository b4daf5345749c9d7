package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Json;
import barnabas.cli.console.Listing;
import barnabas.cli.migrate.ClusterReader;
import barnabas.cli.migrate.ClusterView;
import barnabas.cli.migrate.MigrationPlan;
import barnabas.cli.migrate.MigrationPlan.State;
import barnabas.cli.migrate.MigrationPlan.Step;
import barnabas.cli.migrate.Program;
import barnabas.client.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Show the steps from Apache Kafka to Barnabas, or back, node by node.",
        footer = {
            "  barnabas migrate plan --to /opt/barnabas -b broker1:9092",
            "  barnabas migrate status --to /opt/barnabas -b broker1:9092",
            "  barnabas migrate plan --to /opt/kafka -b broker1:9092"
        })
final class MigrateBranch {
    private static final List<String> NAMES = List.of("plan", "status");

    private MigrateBranch() {}

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new MigrateBranch(), second, NAMES, name -> switch (name) {
            case "plan" -> new Plan(console);
            case "status" -> new Status(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    private abstract static class Migrating extends ReportCommand {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "DIR",
                description = "Directory of the program that nodes change to: one with bin/barnabas, or with"
                        + " bin/kafka-server-start.sh for the way back. Required.")
        private Path to = Path.of("");

        @Option(
                names = "--accept-outage",
                description = "Accept that partitions without a spare replica are offline, or refuse acks=all, while a"
                        + " node changes.")
        private boolean acceptOutage;

        private @Nullable Program program;

        Migrating(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            try {
                program = Program.at(to);
            } catch (Failure e) {
                throw misused(String.valueOf(e.getMessage()));
            }
        }

        abstract void printSteps(PrintWriter out, MigrationPlan plan, Program target);

        @Override
        final int run(Cluster cluster) throws Exception {
            Program target = program;
            if (target == null) throw new IllegalStateException("not prepared");
            ClusterView view = new ClusterReader(cluster).read();
            MigrationPlan plan = MigrationPlan.of(view, target, acceptOutage);
            if (json) printJson(view, plan, target);
            else printScreen(view, plan, target);
            return plan.isSafe() ? 0 : 1;
        }

        private void printScreen(ClusterView view, MigrationPlan plan, Program target) {
            var out = console.text();
            out.println("Cluster " + view.clusterId() + ", to " + target + ", metadata.version " + view.release());
            var listing = new Listing("node", "address", "runs", "role", "state");
            for (Step each : plan.steps())
                listing.row(
                        each.node().id(),
                        each.node().address(),
                        each.node().software(),
                        each.role(),
                        text(each.state()));
            listing.table().print(out);
            printSteps(out, plan, target);
            for (String each : plan.notes()) out.println("Note: " + each);
            out.flush();
            for (String each : plan.refusals()) console.problem("not safe now: " + each);
        }

        private static String text(State state) {
            return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private void printJson(ClusterView view, MigrationPlan plan, Program target) throws IOException {
            var steps = new Listing("id", "address", "runs", "role", "state");
            for (Step each : plan.steps())
                steps.row(
                        each.node().id(),
                        each.node().address(),
                        each.node().software() == null
                                ? null
                                : String.valueOf(each.node().software()),
                        each.role(),
                        text(each.state()));
            Json.print(
                    console.out(),
                    Json.object(
                            "clusterId",
                            view.clusterId(),
                            "to",
                            target.toString(),
                            "metadataVersion",
                            view.release(),
                            "complete",
                            plan.isComplete(),
                            "safe",
                            plan.isSafe(),
                            "steps",
                            steps.objects(),
                            "refusals",
                            plan.refusals(),
                            "notes",
                            plan.notes()));
        }

        /// Prints the actions for a node.
        static void printStep(PrintWriter out, Step step, Program target) {
            out.println("Node " + step.node().id() + ":");
            out.println("  1. Stop its process with SIGTERM, and wait until it has ended.");
            out.println("  2. Start on its machine, with the settings file that it had: " + target.start()
                    + " server.properties");
            out.println("  3. Wait for its ready line, and until 'barnabas migrate status' refuses nothing.");
        }
    }

    @Command(
            name = "plan",
            description = {
                "Print all steps of a rolling migration in their order.",
                "This command changes nothing. The steps are those of docs/migration.md."
            },
            exitCodeList = "1:The next step is not safe now, or the cluster cannot be reached.",
            footer = {
                "  barnabas migrate plan --to /opt/barnabas -b broker1:9092",
                "  barnabas migrate plan --to /opt/kafka -b broker1:9092"
            })
    private static final class Plan extends Migrating {
        Plan(Console console) {
            super(console);
        }

        @Override
        void printSteps(PrintWriter out, MigrationPlan plan, Program target) {
            for (Step each : plan.steps())
                if (each.state() == State.NEXT || each.state() == State.LATER) printStep(out, each, target);
        }
    }

    @Command(
            name = "status",
            description = {
                "Show which software each node runs, and the next step of a migration.",
                "This command changes nothing. A step that is not safe is refused, with a line for each reason."
            },
            exitCodeList = "1:The next step is not safe now, or the cluster cannot be reached.",
            footer = {
                "  barnabas migrate status --to /opt/barnabas -b broker1:9092",
                "  barnabas migrate status --to /opt/barnabas -b broker1:9092 --json"
            })
    private static final class Status extends Migrating {
        Status(Console console) {
            super(console);
        }

        @Override
        void printSteps(PrintWriter out, MigrationPlan plan, Program target) {
            if (plan.isComplete()) out.println("All nodes run " + target.software());
            if (!plan.isSafe()) return;
            for (Step each : plan.steps()) if (each.state() == State.NEXT) printStep(out, each, target);
        }
    }
}
