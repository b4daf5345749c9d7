package barnabas.sql.rest;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.sql.answers.Answers;
import barnabas.sql.connect.Connectors;
import barnabas.sql.engine.ClusterTopics;
import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.registry.RegistryClient;
import barnabas.sql.statements.TopicAssertions;
import barnabas.sql.syntax.Outside;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Statements about what is outside of the service: connectors, schemas, topics that must be there.
final class OutsideRoute {
    private static final String TOPIC_TIMEOUT = "ksql.assert.topic.default.timeout.ms";
    private static final String SCHEMA_TIMEOUT = "ksql.assert.schema.default.timeout.ms";
    private static final long TIMEOUT_MS = 1_000;
    private static final long TIMEOUT_MS_MAX = Duration.ofMinutes(10).toMillis();
    private static final long LOOK_MS = 200;

    private final SqlEngine engine;
    private final @Nullable Connectors connectors;
    private final Clock clock;

    OutsideRoute(SqlEngine engine, @Nullable Connectors connectors, Clock clock) {
        this.engine = engine;
        this.connectors = connectors;
        this.clock = clock;
    }

    /// Whether a statement changes something.
    static boolean changes(Outside statement) {
        return switch (statement) {
            case Outside.CreateConnector _, Outside.DropConnector _ -> true;
            case Outside.DescribeConnector _,
                    Outside.ShowConnectors _,
                    Outside.ShowPlugins _,
                    Outside.AssertSchema _,
                    Outside.RunScript _ -> false;
        };
    }

    ObjectNode answer(Outside statement, String shown, Session session) throws InterruptedException {
        ObjectNode answer = switch (statement) {
            case Outside.CreateConnector create -> connectors(create).create(create);
            case Outside.DropConnector drop -> connectors(drop).drop(drop);
            case Outside.DescribeConnector describe -> connectors(describe).describe(describe);
            case Outside.ShowConnectors show -> connectors(show).list(show);
            case Outside.ShowPlugins show -> connectors(show).plugins(show);
            case Outside.AssertSchema check -> schema(check, session);
            case Outside.RunScript script ->
                throw new SqlProblem(
                        script.at(),
                        "RUN SCRIPT reads a file of the one who asks, as 'barnabas sql' does: the service opens none. "
                                + "Send the statements of the file.");
        };
        answer.put("statementText", shown);
        if (!answer.has("warnings")) answer.putArray("warnings");
        return answer;
    }

    private Connectors connectors(Outside statement) {
        Connectors present = connectors;
        if (present != null) return present;
        throw new SqlProblem(
                statement.at(),
                "The service knows no Kafka Connect: name its REST address with ksql.connect.url in the service's"
                        + " settings.");
    }

    /// A reason why an assertion does not hold; empty when it does.
    private interface Check {
        Optional<String> problem() throws InterruptedException;
    }

    private void await(Position at, Check check, long timeoutMs) throws InterruptedException {
        if (timeoutMs > TIMEOUT_MS_MAX)
            throw new SqlProblem(at, "TIMEOUT is at most " + TIMEOUT_MS_MAX / 60_000 + " MINUTES");
        var end = Deadline.inMillis(timeoutMs, clock);
        Optional<String> problem = check.problem();
        while (problem.isPresent()) {
            if (end.passed()) throw new SqlProblem(at, problem.get());
            Deadline.inMillis(LOOK_MS, clock).park(this);
            if (Thread.interrupted()) throw new InterruptedException();
            problem = check.problem();
        }
    }

    private static long timeoutMs(@Nullable Long given, Session session, String setting) {
        if (given != null) return given;
        String text = session.properties().get(setting);
        return text != null && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : TIMEOUT_MS;
    }

    ObjectNode topic(Statement.AssertTopic check, String shown, Session session) throws InterruptedException {
        TopicAssertions.checkProperties(check);
        await(check.at(), () -> problem(check), timeoutMs(check.timeoutMs(), session, TOPIC_TIMEOUT));
        return Answers.topicExists(check.topic(), check.exists(), shown);
    }

    private Optional<String> problem(Statement.AssertTopic check) throws InterruptedException {
        ClusterTopics.Size size = engine.topics().size(check.topic()).orElse(null);
        return TopicAssertions.problem(
                check, size == null ? null : Map.of("PARTITIONS", size.partitions(), "REPLICAS", size.replicas()));
    }

    private ObjectNode schema(Outside.AssertSchema check, Session session) throws InterruptedException {
        RegistryClient client = engine.registry()
                .orElseThrow(() -> new SqlProblem(
                        check.at(),
                        "The service knows no schema registry: name it with ksql.schema.registry.url in the "
                                + "service's settings."))
                .client();
        await(
                check.at(),
                () -> TopicAssertions.problem(check, client.has(check.subject(), check.id())),
                timeoutMs(check.timeoutMs(), session, SCHEMA_TIMEOUT));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", "assert_schema");
        node.put("subject", check.subject());
        node.put("id", check.id());
        return node.put("exists", check.exists());
    }
}
