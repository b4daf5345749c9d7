package barnabas.cli.connect;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.connect.rest.ConnectorStatus.TaskStatus;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.connect.worker.WorkerLog;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands about existing connectors.
final class ConnectorCommands {
    private ConnectorCommands() {}

    @Command(
            name = "list",
            description = "List all connectors with their states.",
            footer = "  barnabas connect list --rest worker1:8083")
    static final class ListConnectors extends RestCommand {
        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        ListConnectors(Console console) {
            super(console);
        }

        @Override
        int run(ConnectRest rest) throws Exception {
            var listing = new Listing("name", "type", "state", "tasks", "failed", "plugin");
            JsonNode all = rest.get("/connectors?expand=status&expand=info");
            for (String name : all.names()) {
                ConnectorStatus status = ConnectorStatus.of(all.at(name).at("status"));
                listing.row(
                        name,
                        status.type(),
                        status.self().state(),
                        status.tasks().size(),
                        status.tasks().stream().filter(TaskStatus::hasFailed).count(),
                        all.at(name)
                                .at("info")
                                .at("config")
                                .at("connector.class")
                                .text());
            }
            listing.print(console, json);
            return 0;
        }
    }

    @Command(
            name = "status",
            description = {
                "Show the state of a connector and its tasks, with the cause of a failure.",
                "RESTARTS counts the restarts by 'barnabas connect start' over the same DIR."
            },
            exitCodeList = "1:The connector or a task has failed, or the worker cannot be reached.",
            footer = "  barnabas connect status orders")
    static final class Status extends ConnectorCommand {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = ConnectBranch.DATA,
                description = ConnectBranch.DATA_IS)
        private String data = ConnectBranch.DATA;

        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        Status(Console console) {
            super(console);
        }

        @Override
        int run(ConnectRest rest, String path) throws Exception {
            ConnectorStatus status = status(rest, name);
            Map<String, Long> restarts = WorkerFolder.at(data).of(name).readRestarts();
            var listing = new Listing("part", "state", "worker", "restarts", "cause");
            row(listing, "connector", status.self(), restarts.get(name));
            for (TaskStatus task : status.tasks())
                row(listing, "task " + task.id(), task, restarts.get(name + "/" + task.id()));
            listing.print(console, json);
            return status.cause().isEmpty() ? 0 : 1;
        }

        private static void row(Listing listing, String part, TaskStatus status, @Nullable Long restarts) {
            listing.row(part, status.state(), status.worker(), restarts == null ? 0 : restarts, status.cause());
        }
    }

    @Command(
            name = "logs",
            mixinStandardHelpOptions = true,
            description = {
                "Show the last lines of the worker's log about a connector.",
                "The worker must run on this machine, over the same DIR."
            },
            footer = "  barnabas connect logs orders --lines 20")
    static final class Logs implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Name of the connector.")
        private String name = "";

        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = ConnectBranch.DATA,
                description = ConnectBranch.DATA_IS)
        private String data = ConnectBranch.DATA;

        @Option(
                names = "--lines",
                paramLabel = "N",
                defaultValue = "100",
                description = "Number of lines, the newest (default: ${DEFAULT-VALUE}).")
        private int lines = 100;

        private final Console console;

        Logs(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            WorkerFolder folder = WorkerFolder.at(data).of(name);
            if (!folder.log().toFile().exists())
                throw new Failure("there is no log " + folder.log() + ": name the worker's directory with --data");
            var out = console.text();
            for (String line : WorkerLog.about(folder.log(), name, Math.max(0, lines))) out.println(line);
            out.flush();
            return 0;
        }
    }

    /// A request about one connector that answers nothing.
    abstract static class Change extends ConnectorCommand {
        private final String method;
        private final String change;
        private final String done;

        Change(Console console, String method, String change, String done) {
            super(console);
            this.method = method;
            this.change = change;
            this.done = done;
        }

        @Override
        int run(ConnectRest rest, String path) throws Exception {
            rest.change(method, path + change, null);
            console.err().println("Connector '" + name + "' " + done);
            return 0;
        }
    }

    @Command(
            name = "pause",
            description = "Pause a connector: its tasks stay assigned and do nothing.",
            footer = "  barnabas connect pause orders")
    static final class PauseConnector extends Change {
        PauseConnector(Console console) {
            super(console, "PUT", "/pause", "pauses");
        }
    }

    @Command(
            name = "stop",
            description = {
                "Stop a connector: its tasks end, its settings and offsets stay.",
                "'barnabas connect resume' starts it again."
            },
            footer = "  barnabas connect stop orders")
    static final class StopConnector extends Change {
        StopConnector(Console console) {
            super(console, "PUT", "/stop", "stops");
        }
    }

    @Command(
            name = "resume",
            description = "Resume a connector that was paused or stopped.",
            footer = "  barnabas connect resume orders")
    static final class Resume extends Change {
        Resume(Console console) {
            super(console, "PUT", "/resume", "resumes");
        }
    }

    @Command(
            name = "restart",
            description = "Restart a connector and all its tasks.",
            footer = "  barnabas connect restart orders")
    static final class Restart extends Change {
        Restart(Console console) {
            super(console, "POST", "/restart?includeTasks=true", "restarts");
        }
    }

    @Command(
            name = "remove",
            description = "Remove a connector; its offsets and topics stay.",
            footer = "  barnabas connect remove orders")
    static final class Remove extends Change {
        Remove(Console console) {
            super(console, "DELETE", "", "is removed");
        }
    }
}
