package barnabas.cli.connect.rest;

import java.util.List;

/// State of a connector and its tasks.
///
/// @param type `source` or `sink`
/// @param self the connector's own state, with id -1
public record ConnectorStatus(String name, String type, TaskStatus self, List<TaskStatus> tasks) {
    public static final String RUNNING = "RUNNING";
    public static final String FAILED = "FAILED";

    private static final String CAUSED_BY = "Caused by: ";

    /// @param id -1 for the connector itself
    /// @param state as in REST: RUNNING, FAILED, PAUSED, ...
    /// @param worker `HOST:PORT` of the worker's REST
    /// @param trace stack trace of a failure, otherwise empty
    public record TaskStatus(int id, String state, String worker, String trace) {
        public boolean hasFailed() {
            return state.equals(FAILED);
        }

        /// One line for operators: the message of the innermost cause; empty without a failure.
        public String cause() {
            String cause = "";
            for (String line : trace.lines().toList()) {
                if (cause.isEmpty()) cause = line;
                if (line.startsWith(CAUSED_BY)) cause = line.substring(CAUSED_BY.length());
            }
            int colon = cause.indexOf(": ");
            String kind = colon < 0 ? cause : cause.substring(0, colon);
            // Without the package of the exception's class.
            return cause.substring(kind.lastIndexOf('.') + 1);
        }
    }

    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /// @param status an answer of `/connectors/NAME/status`
    public static ConnectorStatus of(JsonNode status) {
        return new ConnectorStatus(
                status.at("name").text(),
                status.at("type").text(),
                task(status.at("connector"), -1),
                status.at("tasks").list().stream()
                        .map(each -> task(each, (int) each.at("id").number()))
                        .toList());
    }

    private static TaskStatus task(JsonNode node, int id) {
        return new TaskStatus(
                id,
                node.at("state").text(),
                node.at("worker_id").text(),
                node.at("trace").text());
    }

    /// The connector and all its tasks run, at least one.
    public boolean isRunning() {
        return self.state().equals(RUNNING)
                && !tasks.isEmpty()
                && tasks.stream().allMatch(each -> each.state().equals(RUNNING));
    }

    /// The first failure's cause; empty when nothing has failed.
    public String cause() {
        if (self.hasFailed()) return self.cause();
        for (TaskStatus each : tasks) if (each.hasFailed()) return "task " + each.id() + ": " + each.cause();
        return "";
    }
}
