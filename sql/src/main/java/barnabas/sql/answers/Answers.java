package barnabas.sql.answers;

import barnabas.sql.engine.Outcome;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Answers of statements that change something.
public final class Answers {
    private Answers() {}

    /// An answer of a kind: its `@type`, the statement, no warnings.
    static ObjectNode of(String type, String statement) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("@type", type);
        node.put("statementText", statement);
        node.putArray("warnings");
        return node;
    }

    public static ObjectNode outcome(Outcome outcome, String statement) {
        return switch (outcome) {
            case Outcome.Done done -> {
                ObjectNode node = of("currentStatus", statement);
                node.put("commandId", done.command());
                status(node.putObject("commandStatus"), done);
                node.put("commandSequenceNumber", done.sequence());
                yield node;
            }
            case Outcome.Unchanged unchanged -> {
                ObjectNode node = of("warning_entity", statement);
                node.put("message", unchanged.message());
                yield node;
            }
        };
    }

    /// Fills an object of `/status`.
    public static ObjectNode status(ObjectNode node, Outcome.Done done) {
        node.put("status", "SUCCESS");
        node.put("message", done.message());
        node.put("queryId", done.query());
        return node;
    }

    public static ObjectNode topicExists(String topic, boolean exists, String statement) {
        ObjectNode node = of("assert_topic", statement);
        node.put("topicName", topic);
        node.put("exists", exists);
        return node;
    }
}
