package barnabas.cli.connect.add;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A connector on its way to a worker: found, checked, created, running. What fails before `create` leaves nothing.
public final class NewConnector {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final ConnectRest rest;
    private final String name;
    private final Map<String, String> settings;

    private NewConnector(ConnectRest rest, String name, Map<String, String> settings) {
        this.rest = rest;
        this.name = name;
        this.settings = settings;
    }

    /// @param plugin class or short name
    /// @throws Failure when the worker has no such plug-in, or more than one
    public static NewConnector of(ConnectRest rest, String name, String plugin, Map<String, String> given)
            throws Failure, InterruptedException {
        var found = PluginNames.find(plugin, rest.get("/connector-plugins"));
        return new NewConnector(rest, name, ConnectorSettings.of(name, found, given));
    }

    /// Problems of the settings, one line each.
    public List<String> problems() throws Failure, InterruptedException {
        String className = settings.getOrDefault("connector.class", "");
        JsonNode answer = rest.change(
                "PUT", "/connector-plugins/" + ConnectRest.segment(className) + "/config/validate", settings);
        return SettingsCheck.problems(settings, answer);
    }

    public void create() throws Failure, InterruptedException {
        ConnectRest.Answer answer = rest.send("POST", "/connectors", Map.of("name", name, "config", settings));
        if (answer.status() == CONFLICT)
            throw new Failure("connector '" + name + "' exists: 'barnabas connect remove " + name + "' removes it");
        if (!answer.isGood()) throw new Failure(answer.problem());
    }

    /// Waits until the connector and its tasks run.
    ///
    /// @throws Failure with the cause when one of them fails
    public ConnectorStatus awaitRunning(Duration patience, Clock clock) throws Failure, InterruptedException {
        var deadline = Deadline.in(patience, clock);
        String path = "/connectors/" + ConnectRest.segment(name) + "/status";
        String state = "UNASSIGNED";
        while (!deadline.passed()) {
            ConnectRest.Answer answer = rest.send("GET", path, null);
            if (answer.isGood()) {
                ConnectorStatus status = ConnectorStatus.of(answer.body());
                if (status.isRunning()) return status;
                if (!status.cause().isEmpty())
                    throw new Failure("connector '" + name + "' was created and has failed: " + status.cause()
                            + " ('barnabas connect logs " + name + "' has more)");
                state = status.self().state() + " with " + status.tasks().size() + " tasks";
            } else if (answer.status() != NOT_FOUND) throw new Failure(answer.problem());
            clock.sleep(LOOK);
        }
        throw new Failure(
                "connector '" + name + "' was created and does not run after " + patience.toSeconds() + " s: " + state);
    }
}
