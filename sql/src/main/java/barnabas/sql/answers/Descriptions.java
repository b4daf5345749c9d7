package barnabas.sql.answers;

import barnabas.sql.analysis.Projection;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.definitions.Definition;
import barnabas.sql.engine.ClusterTopics;
import barnabas.sql.engine.EngineState;
import barnabas.sql.engine.RunningQuery;
import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.topology.QueryTopology;
import barnabas.sql.topology.ValueProblems;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Answers of DESCRIBE and EXPLAIN.
public final class Descriptions {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SqlEngine engine;
    private final String address;

    /// @param address of this server, as it shows itself
    public Descriptions(SqlEngine engine, String address) {
        this.engine = engine;
        this.address = address;
    }

    ObjectNode source(Inquiry.Describe describe, String statement) throws InterruptedException {
        // Names what there is when there is no such source.
        engine.session(Map.of()).catalog().source(describe.name(), describe.at());
        ObjectNode node = Answers.of("sourceDescription", statement);
        node.set("sourceDescription", source(describe.name(), describe.extended()));
        return node;
    }

    ObjectNode source(String name, boolean extended) throws InterruptedException {
        EngineState state = engine.state();
        ObjectNode node = NODES.objectNode();
        Definition.Source definition = state.sources().get(name);
        if (definition == null) return node;
        DataSource source = definition.source();
        WindowInfo window = source.encoding().window();
        node.put("name", name);
        node.put("windowType", window == null ? null : window.kind().name());
        ArrayNode reads = node.putArray("readQueries");
        ArrayNode writes = node.putArray("writeQueries");
        ArrayNode constraints = NODES.arrayNode();
        for (EngineState.Known each : state.queries().values()) {
            if (each.query().reads().contains(name)) {
                reads.add(shown(each));
                constraints.add(each.query().target().name());
            }
            if (each.query().target().name().equals(name)) writes.add(shown(each));
        }
        node.set("fields", SchemaJson.fields(source.schema()));
        node.put("type", source.kind().name());
        DataSource.TimestampColumn timestamp = source.encoding().timestamp();
        node.put("timestamp", timestamp == null ? "" : timestamp.column());
        node.put("statistics", "").put("errorStats", "");
        node.put("extended", extended);
        node.put("keyFormat", source.encoding().keyFormat().name());
        node.put("valueFormat", source.encoding().valueFormat().name());
        node.put("topic", source.topic());
        ClusterTopics.Size size =
                extended ? engine.topics().size(source.topic()).orElse(null) : null;
        node.put("partitions", size == null ? 0 : size.partitions());
        node.put("replication", size == null ? 0 : size.replicas());
        node.put("statement", definition.statement() + ";");
        node.putArray("queryOffsetSummaries");
        node.set("sourceConstraints", constraints);
        node.putArray("clusterStatistics");
        node.putArray("clusterErrorStats");
        return node;
    }

    private ObjectNode shown(EngineState.Known known) {
        Definition.Query query = known.definition();
        String state = state(query.name());
        ObjectNode node = NODES.objectNode();
        node.put("queryString", query.statement() + ";");
        node.putArray("sinks").add(query.target().name());
        node.putArray("sinkKafkaTopics").add(query.target().topic());
        node.put("id", query.name());
        node.putObject("statusCount").put(state, 1);
        node.put("queryType", "PERSISTENT");
        node.put("state", state);
        return node;
    }

    private String state(String id) {
        return engine.running()
                .find(id)
                .map(RunningQuery::state)
                .orElse(RunningQuery.State.RUNNING)
                .name();
    }

    /// A query by its id, or a statement that is not carried out.
    ObjectNode explained(Inquiry.Explain explain, String statement, Session session) throws InterruptedException {
        ObjectNode node = Answers.of("queryDescription", statement);
        EngineState.Known known = engine.state().queries().get(explain.subject());
        if (known == null)
            known = engine.state().queries().get(explain.subject().toUpperCase(Locale.ROOT));
        node.set("queryDescription", known != null ? explained(known) : planned(explain, session));
        return node;
    }

    private ObjectNode explained(EngineState.Known known) {
        Definition.Query definition = known.definition();
        ObjectNode node = described(definition.name(), definition.statement(), known.query(), definition.named());
        RunningQuery running = engine.running().find(definition.name()).orElse(null);
        ObjectNode overridden = node.putObject("overriddenProperties");
        definition.properties().forEach(overridden::put);
        String state = state(definition.name());
        node.putObject("ksqlHostQueryStatus").put(address, state);
        ArrayNode errors = node.putArray("queryErrors");
        String problem = running == null ? null : running.problem();
        if (problem != null)
            errors.addObject()
                    .put("errorMessage", problem)
                    .put("type", "UNKNOWN")
                    .put("timestamp", 0);
        node.put("state", state);
        node.put("streamsState", running == null ? "NOT_RUNNING" : running.streamsState());
        return node;
    }

    private static ObjectNode described(String id, String statement, PersistentQuery query, boolean named) {
        ObjectNode node = NODES.objectNode();
        WindowInfo window = query.target().encoding().window();
        node.put("id", id);
        node.put("statementText", statement + ";");
        node.put("windowType", window == null ? null : window.kind().name());
        node.set("fields", SchemaJson.fields(query.target().schema()));
        ArrayNode sources = node.putArray("sources");
        query.reads().forEach(sources::add);
        node.putArray("sinks").add(query.target().name());
        node.put(
                "topology",
                QueryTopology.of(query.sink(), Codecs.PLAIN, named, Map.of(), ValueProblems.NONE)
                        .describe()
                        .toString());
        node.put("executionPlan", query.sink().input().getClass().getSimpleName());
        node.put("queryType", "PERSISTENT");
        node.putArray("tasksMetadata");
        return node;
    }

    private ObjectNode planned(Inquiry.Explain explain, Session session) throws InterruptedException {
        Statements catalog = engine.session(session.properties());
        Statement statement = StatementParser.parse(explain.subject(), explain.at(), catalog.catalog()::type);
        ObjectNode node = switch (statement) {
            case Statement.Select select -> selected(select, explain.subject(), catalog);
            case Statement.CreateAs _, Statement.InsertSelect _ -> {
                var before = new ArrayList<>(catalog.queries());
                catalog.execute(statement);
                PersistentQuery made = catalog.queries().stream()
                        .filter(each -> !before.contains(each))
                        .findFirst()
                        .orElseThrow(() -> new SqlProblem(explain.at(), "The statement makes no query"));
                ObjectNode described = described(made.id(), explain.subject(), made, true);
                ExplainedBytes.put(described, made.sink().input(), engine.topics());
                yield described;
            }
            default -> throw new SqlProblem(explain.at(), "EXPLAIN takes a query, or a statement with one");
        };
        node.putObject("overriddenProperties");
        node.putObject("ksqlHostQueryStatus");
        node.putArray("queryErrors");
        node.put("state", "");
        return node;
    }

    private ObjectNode selected(Statement.Select select, String text, Statements catalog) throws InterruptedException {
        QueryAnalysis.Result result =
                new QueryAnalysis(catalog.catalog(), engine.functions()).analyse(select.query(), null);
        var columns = new ArrayList<Column>();
        for (Projection.Output each : result.outputs())
            columns.add(
                    each.key() >= 0
                            ? Column.key(each.name(), each.typed().type())
                            : Column.value(each.name(), each.typed().type()));
        ObjectNode node = NODES.objectNode();
        node.put("id", "");
        node.put("statementText", text);
        WindowInfo window = result.plan().shape().window();
        node.put("windowType", window == null ? null : window.kind().name());
        node.set("fields", SchemaJson.fields(new Schema(columns)));
        node.putArray("sources");
        node.putArray("sinks");
        var values = result.outputs().stream().map(Projection.Output::typed).toList();
        node.put(
                "topology",
                QueryTopology.of(result.plan(), values, row -> List.of(row), Codecs.PLAIN)
                        .describe()
                        .toString());
        node.put("executionPlan", result.plan().getClass().getSimpleName());
        node.put("queryType", "PUSH");
        ExplainedBytes.put(node, result.plan(), engine.topics());
        node.putArray("tasksMetadata");
        return node;
    }
}
