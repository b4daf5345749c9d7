package barnabas.sql.connect;

import barnabas.sql.syntax.Outside;
import barnabas.sql.syntax.Outside.ConnectorKind;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.web.JsonService;
import barnabas.sql.web.JsonService.Answer;
import barnabas.sql.web.ServiceAddress;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/// Connectors over Connect's REST interface.
public final class Connectors implements AutoCloseable {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final JsonService connect;

    public Connectors(ServiceAddress address) {
        connect = new JsonService("Connect", "application/json", address);
    }

    /// @throws SqlProblem when Connect refuses it
    public ObjectNode create(Outside.CreateConnector create) {
        String path = "/connectors/" + JsonService.encoded(create.name());
        boolean there = connect.send("GET", path, null).isGood();
        if (there && create.ifNotExists()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("@type", "warning_entity");
            return node.put("message", "Connector " + create.name() + " already exists");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", create.name());
        ObjectNode config = body.putObject("config");
        create.settings().forEach(config::put);
        Answer answer = connect.send("POST", "/connectors", body);
        if (answer.status() == CONFLICT && there)
            throw new SqlProblem(
                    create.at(),
                    "Connector " + create.name() + " already exists. Add IF NOT EXISTS, or DROP it first.");
        if (!answer.isGood())
            throw new SqlProblem(create.at(), "Failed to create connector " + create.name() + ": " + answer.problem());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", "connector_info");
        node.set("info", answer.body());
        String type = answer.body().path("type").asText();
        boolean other = create.kind() != ConnectorKind.ANY
                && !type.isEmpty()
                && !type.equalsIgnoreCase(create.kind().name());
        if (other) node.putArray("warnings").addObject().put("message", "The class is a " + type + " connector's");
        return node;
    }

    /// @throws SqlProblem when there is none
    public ObjectNode drop(Outside.DropConnector drop) {
        Answer answer = connect.send("DELETE", "/connectors/" + JsonService.encoded(drop.name()), null);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (answer.status() == NOT_FOUND && drop.ifExists()) {
            node.put("@type", "warning_entity");
            return node.put("message", "Connector '" + drop.name() + "' does not exist.");
        }
        if (!answer.isGood())
            throw new SqlProblem(drop.at(), "Failed to drop connector " + drop.name() + ": " + answer.problem());
        return node.put("@type", "drop_connector").put("connectorName", drop.name());
    }

    public ObjectNode list(Outside.ShowConnectors show) {
        Answer answer = connect.send("GET", "/connectors?expand=info&expand=status", null);
        if (!answer.isGood()) throw new SqlProblem(show.at(), "Failed to list connectors: " + answer.problem());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", "connector_list");
        ArrayNode all = node.putArray("connectors");
        for (Map.Entry<String, JsonNode> each : answer.body().properties()) {
            JsonNode info = each.getValue().path("info");
            String type = info.path("type").asText();
            if (show.kind() != ConnectorKind.ANY
                    && !type.equalsIgnoreCase(show.kind().name())) continue;
            all.addObject()
                    .put("name", each.getKey())
                    .put("type", type.toLowerCase(Locale.ROOT))
                    .put(
                            "className",
                            info.path("config").path("connector.class").asText())
                    .put("state", state(each.getValue().path("status")));
        }
        return node;
    }

    /// RUNNING, WARNING with tasks that do not run, or FAILED.
    private static String state(JsonNode status) {
        String state = status.path("connector").path("state").asText();
        if (!state.equals("RUNNING")) return state;
        int running = 0;
        for (JsonNode each : status.path("tasks"))
            if (each.path("state").asText().equals("RUNNING")) running++;
        int tasks = status.path("tasks").size();
        String shown = running == tasks ? "RUNNING" : running == 0 ? "FAILED" : "WARNING";
        return shown + " (" + running + "/" + tasks + " tasks RUNNING)";
    }

    public ObjectNode plugins(Outside.ShowPlugins show) {
        Answer answer = connect.send("GET", "/connector-plugins", null);
        if (!answer.isGood()) throw new SqlProblem(show.at(), "Failed to list plugins: " + answer.problem());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", "connector_plugins_list");
        ArrayNode all = node.putArray("connectorsPlugins");
        for (JsonNode each : answer.body())
            all.addObject()
                    .put("className", each.path("class").asText())
                    .put("type", each.path("type").asText())
                    .put("version", each.path("version").asText());
        return node;
    }

    /// @throws SqlProblem when there is none
    public ObjectNode describe(Outside.DescribeConnector describe) {
        String path = "/connectors/" + JsonService.encoded(describe.name());
        Answer info = connect.send("GET", path, null);
        Answer status = connect.send("GET", path + "/status", null);
        if (!info.isGood() || !status.isGood())
            throw new SqlProblem(
                    describe.at(),
                    "Failed to describe connector " + describe.name() + ": "
                            + (info.isGood() ? status : info).problem());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", "connector_description");
        node.put(
                "connectorClass",
                info.body().path("config").path("connector.class").asText());
        node.set("status", status.body());
        node.putArray("sources");
        ArrayNode topics = node.putArray("topics");
        Answer used = connect.send("GET", path + "/topics", null);
        for (JsonNode each : used.body().path(describe.name()).path("topics")) topics.add(each.asText());
        return node;
    }

    @Override
    public void close() {
        connect.close();
    }
}
