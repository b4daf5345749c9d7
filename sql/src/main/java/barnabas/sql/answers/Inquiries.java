package barnabas.sql.answers;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.engine.ClusterTopics;
import barnabas.sql.engine.EngineState;
import barnabas.sql.engine.RunningQuery;
import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.reading.ReadQuery;
import barnabas.sql.reading.Reading;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement.Kind;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Answers of SHOW and of DESCRIBE FUNCTION.
public final class Inquiries {
    private final SqlEngine engine;
    private final Reading reading;
    private final Descriptions descriptions;

    public Inquiries(SqlEngine engine, Reading reading, Descriptions descriptions) {
        this.engine = engine;
        this.reading = reading;
        this.descriptions = descriptions;
    }

    /// @throws SqlProblem when there is no such thing
    public ObjectNode answer(Inquiry inquiry, String statement, Session session) throws InterruptedException {
        return switch (inquiry) {
            case Inquiry.Show show -> show(show, statement, session);
            case Inquiry.Describe describe -> descriptions.source(describe, statement);
            case Inquiry.DescribeFunction describe -> function(describe, statement);
            case Inquiry.Explain explain -> descriptions.explained(explain, statement, session);
            case Inquiry.Pause pause ->
                Answers.outcome(engine.pause(pause.at(), pause.query(), pause.paused()), statement);
            case Inquiry.Print print ->
                throw new SqlProblem(
                        print.at(), "PRINT gives records for as long as they come: send it to the /query endpoint.");
        };
    }

    private ObjectNode show(Inquiry.Show show, String statement, Session session) throws InterruptedException {
        return switch (show.subject()) {
            case STREAMS -> sources(Kind.STREAM, show, statement);
            case TABLES -> sources(Kind.TABLE, show, statement);
            case TOPICS -> topics(show, statement);
            case QUERIES -> queries(statement);
            case PROPERTIES -> properties(statement, session);
            case FUNCTIONS -> functions(statement);
            case TYPES -> {
                ObjectNode node = Answers.of("type_list", statement);
                ObjectNode types = node.putObject("types");
                engine.state().types().forEach((name, type) -> types.set(name, SchemaJson.type(type.type())));
                yield node;
            }
            case VARIABLES -> {
                ObjectNode node = Answers.of("variables", statement);
                ArrayNode variables = node.putArray("variables");
                new TreeMap<>(session.variables())
                        .forEach((name, value) ->
                                variables.addObject().put("name", name).put("value", value));
                yield node;
            }
        };
    }

    private ObjectNode sources(Kind kind, Inquiry.Show show, String statement) throws InterruptedException {
        var wanted = new TreeMap<String, DataSource>();
        for (Definition.Source each : engine.state().sources().values())
            if (each.source().kind() == kind) wanted.put(each.name(), each.source());
        if (show.extended()) {
            ObjectNode node = Answers.of("source_descriptions", statement);
            ArrayNode all = node.putArray("sourceDescriptions");
            for (String each : wanted.keySet()) all.add(descriptions.source(each, true));
            return node;
        }
        boolean streams = kind == Kind.STREAM;
        ObjectNode node = Answers.of(streams ? "streams" : "tables", statement);
        ArrayNode all = node.putArray(streams ? "streams" : "tables");
        for (DataSource each : wanted.values()) {
            all.addObject()
                    .put("type", kind.name())
                    .put("name", each.name())
                    .put("topic", each.topic())
                    .put("keyFormat", each.encoding().keyFormat().name())
                    .put("valueFormat", each.encoding().valueFormat().name())
                    .put("isWindowed", each.encoding().window() != null);
        }
        return node;
    }

    private ObjectNode topics(Inquiry.Show show, String statement) throws InterruptedException {
        ObjectNode node = Answers.of(show.extended() ? "kafka_topics_extended" : "kafka_topics", statement);
        ArrayNode all = node.putArray("topics");
        for (Map.Entry<String, ClusterTopics.Size> each : engine.topics().all().entrySet()) {
            String name = each.getKey();
            boolean internal =
                    name.startsWith("_") || name.equals(engine.config().badRecordsTopic());
            if (internal && !show.all()) continue;
            ObjectNode topic = all.addObject();
            topic.put("name", name);
            ArrayNode replicas = topic.putArray("replicaInfo");
            for (int i = 0; i < each.getValue().partitions(); i++)
                replicas.add(each.getValue().replicas());
            if (show.extended()) topic.put("consumerCount", 0).put("consumerGroupCount", 0);
        }
        return node;
    }

    private ObjectNode queries(String statement) {
        ObjectNode node = Answers.of("queries", statement);
        ArrayNode all = node.putArray("queries");
        for (EngineState.Known each : engine.state().queries().values()) {
            Definition.Query query = each.definition();
            String state = engine.running()
                    .find(query.name())
                    .map(RunningQuery::state)
                    .orElse(RunningQuery.State.RUNNING)
                    .name();
            ObjectNode shown = all.addObject();
            shown.put("queryString", query.statement() + ";");
            shown.putArray("sinks").add(query.target().name());
            shown.putArray("sinkKafkaTopics").add(query.target().topic());
            shown.put("id", query.name());
            shown.putObject("statusCount").put(state, 1);
            shown.put("queryType", "PERSISTENT");
            shown.put("state", state);
        }
        for (ReadQuery each : reading.queries()) {
            if (!each.push()) continue;
            ObjectNode shown = all.addObject();
            shown.put("queryString", each.statement() + ";");
            shown.putArray("sinks");
            shown.putArray("sinkKafkaTopics");
            shown.put("id", each.id());
            shown.putObject("statusCount").put("RUNNING", 1);
            shown.put("queryType", "PUSH");
            shown.put("state", "RUNNING");
        }
        return node;
    }

    private ObjectNode properties(String statement, Session session) {
        ObjectNode node = Answers.of("properties", statement);
        ArrayNode all = node.putArray("properties");
        var shown = new TreeMap<String, String>();
        shown.put("ksql.service.id", engine.config().serviceId());
        shown.put(
                "ksql.streams.bootstrap.servers",
                String.valueOf(engine.config().client().get("bootstrap.servers")));
        engine.config().streams().forEach((name, value) -> shown.put("ksql.streams." + name, value));
        shown.putAll(session.properties());
        shown.forEach((name, value) -> {
            boolean streams = name.startsWith("ksql.streams.") || !name.startsWith("ksql.");
            all.addObject()
                    .put("name", name)
                    .put("scope", streams ? "KAFKA_STREAMS" : "KSQL")
                    .put("value", isSecret(name) ? "[hidden]" : value)
                    .put("editable", session.properties().containsKey(name))
                    .put("level", session.properties().containsKey(name) ? "QUERY" : "SERVER");
        });
        ArrayNode overwritten = node.putArray("overwrittenProperties");
        new TreeMap<>(session.properties()).keySet().forEach(overwritten::add);
        node.putArray("defaultProperties");
        return node;
    }

    private static boolean isSecret(String name) {
        return name.contains("password") || name.contains("jaas") || name.contains("secret");
    }

    private ObjectNode functions(String statement) {
        ObjectNode node = Answers.of("function_names", statement);
        ArrayNode all = node.putArray("functions");
        for (SqlFunction each : engine.functions().all())
            all.addObject()
                    .put("name", each.name())
                    .put("type", kind(each))
                    .put("category", each.description().category().toUpperCase(Locale.ROOT));
        return node;
    }

    private static String kind(SqlFunction function) {
        return switch (function) {
            case ScalarFunction _ -> "SCALAR";
            case AggregateFunction _ -> "AGGREGATE";
            case TableFunction _ -> "TABLE";
        };
    }

    private ObjectNode function(Inquiry.DescribeFunction describe, String statement) {
        SqlFunction found = engine.functions()
                .find(describe.name())
                .orElseThrow(() -> new SqlProblem(
                        describe.at(),
                        "Can't find any functions with the name '" + describe.name() + "'."
                                + Names.hint(
                                        describe.name(),
                                        engine.functions().all().stream()
                                                .map(SqlFunction::name)
                                                .toList())));
        SqlFunction.Description description = found.description();
        ObjectNode node = Answers.of("describe_function", statement);
        node.put("name", found.name());
        node.put("description", description.overview());
        node.put("author", "").put("version", "").put("path", "internal");
        ArrayNode variants = node.putArray("functions");
        for (String each : description.variants()) {
            int close = each.lastIndexOf(')');
            ObjectNode variant = variants.addObject();
            ArrayNode arguments = variant.putArray("arguments");
            int open = each.indexOf('(');
            for (String argument : Signatures.arguments(each.substring(open + 1, close))) {
                int space = argument.indexOf(' ');
                arguments
                        .addObject()
                        .put("name", space < 0 ? argument : argument.substring(0, space))
                        .put("type", space < 0 ? argument : argument.substring(space + 1))
                        .put("description", "")
                        .put("isVariadic", argument.contains("..."));
            }
            variant.put("returnType", each.substring(close + 1).strip());
            variant.put("description", description.overview());
        }
        node.put("type", kind(found));
        ArrayNode examples = node.putArray("examples");
        description.examples().forEach(examples::add);
        return node;
    }
}
