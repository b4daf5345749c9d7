package barnabas.sql.cases;

import barnabas.sql.analysis.Projection;
import barnabas.sql.expressions.Typed;
import barnabas.sql.formats.JsonValues;
import barnabas.sql.formats.ResponseValues;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import barnabas.sql.statements.Selection;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Query;
import barnabas.sql.topology.DrivenQuery;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// Compares the rows of each SELECT with those that a case expects. A push query reads its topics from their beginning
/// and gives its rows in their order; of a pull query on a table the order of rows is open.
final class SelectedRows {
    private final Statements statements;
    private final Path directory;

    SelectedRows(Statements statements, Path directory) {
        this.statements = statements;
        this.directory = directory;
    }

    /// The expected rows of each SELECT: arrays of `rows`, or those elements of `responses` that have a `query`.
    static List<JsonNode> expected(JsonNode node) {
        var expected = new ArrayList<JsonNode>();
        for (JsonNode each : node.path("rows")) expected.add(each);
        for (JsonNode each : node.path("responses")) if (each.path("query").isArray()) expected.add(each.get("query"));
        return expected;
    }

    Optional<String> difference(List<JsonNode> expected, Function<String, List<TopicRecord>> records) {
        List<Selection> selections = statements.selections();
        if (selections.size() != expected.size())
            return Optional.of(
                    "the case has rows of " + expected.size() + " queries, its statements are " + selections.size());
        for (int i = 0; i < selections.size(); i++) {
            List<JsonNode> wanted = rows(expected.get(i));
            Selection selection = selections.get(i);
            List<Row> actual = rows(selection, records);
            if (!equal(wanted, actual, selection))
                return Optional.of("SELECT " + (i + 1) + ": other rows\n    expected: " + wanted + "\n    actual:   "
                        + actual.stream()
                                .map(each -> shown(each, selection.result().outputs()))
                                .toList());
        }
        return Optional.empty();
    }

    /// Rows as `[1, "a"]`, `{"ID": 1}` or `{"row": {"columns": [1, "a"]}}`; headers and messages at the end are left
    /// out.
    private static List<JsonNode> rows(JsonNode expected) {
        var rows = new ArrayList<JsonNode>();
        for (JsonNode each : expected) {
            if (each.path("row").path("columns").isArray())
                rows.add(each.path("row").path("columns"));
            else if (!each.has("header") && !each.has("finalMessage")) rows.add(each);
        }
        return rows;
    }

    /// Rows of the query over all records that its topics have.
    private List<Row> rows(Selection selection, Function<String, List<TopicRecord>> records) {
        Plan plan = selection.result().plan();
        List<Typed> values = selection.result().outputs().stream()
                .map(Projection.Output::typed)
                .toList();
        Query query = selection.query();
        boolean kept = query.emit() == Query.Emit.NONE && plan.shape().table();
        var given = new ArrayList<Row>();
        Map<Object, Row> ofKeys = new LinkedHashMap<>();
        try (var driven = new DrivenQuery(plan, values, new BoundedCodecs(), "select", directory)) {
            for (ConsumerRecord<byte[], byte[]> record : read(plan, records)) {
                for (DrivenQuery.Change each : driven.read(record)) {
                    Object key = Objects.requireNonNullElse(each.key(), "");
                    if (kept && each.row() == null) ofKeys.remove(key);
                    else if (kept) ofKeys.put(key, each.row());
                    else if (each.row() != null) given.add(each.row());
                }
            }
        }
        given.addAll(ofKeys.values());
        Integer limit = query.limit();
        return limit == null || limit >= given.size() ? given : given.subList(0, limit);
    }

    /// Records of all topics of a plan, by their times.
    private static List<ConsumerRecord<byte[], byte[]>> read(Plan plan, Function<String, List<TopicRecord>> records) {
        Set<String> topics = plan.topics();
        var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (String topic : topics) {
            long offset = 0;
            for (TopicRecord each : records.apply(topic)) all.add(record(topic, offset++, each));
        }
        if (topics.size() > 1) all.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return all;
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, TopicRecord record) {
        return new ConsumerRecord<>(
                topic,
                0,
                offset,
                record.timestamp(),
                TimestampType.CREATE_TIME,
                -1,
                -1,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty());
    }

    private static boolean equal(List<JsonNode> expected, List<Row> actual, Selection selection) {
        if (expected.size() != actual.size()) return false;
        List<Projection.Output> outputs = selection.result().outputs();
        boolean ordered = selection.query().emit() != Query.Emit.NONE
                || !selection.result().plan().shape().table();
        var left = new ArrayList<>(actual);
        for (JsonNode wanted : expected) {
            int at = -1;
            for (int i = 0; i < (ordered ? 1 : left.size()) && at < 0; i++)
                if (equal(wanted, left.get(i), outputs)) at = i;
            if (at < 0) return false;
            left.remove(at);
        }
        return true;
    }

    private static boolean equal(JsonNode expected, Row actual, List<Projection.Output> outputs) {
        if (expected.isArray() && expected.size() != outputs.size()) return false;
        if (!expected.isArray() && !expected.isObject()) return false;
        for (int i = 0; i < outputs.size(); i++) {
            Projection.Output output = outputs.get(i);
            JsonNode wanted = expected.isArray() ? expected.get(i) : expected.path(output.name());
            if (!equal(wanted, actual.value(i), output)) return false;
        }
        for (Map.Entry<String, JsonNode> each : expected.properties())
            if (outputs.stream().noneMatch(output -> output.name().equals(each.getKey()))) return false;
        return true;
    }

    /// A date or time may be the text of the service's responses or the number of a topic's JSON.
    private static boolean equal(JsonNode expected, @Nullable Object actual, Projection.Output output) {
        return NodeComparison.equal(
                        expected, ResponseValues.node(actual, output.typed().type()))
                || NodeComparison.equal(
                        expected, JsonValues.node(actual, output.typed().type()));
    }

    private static List<JsonNode> shown(Row row, List<Projection.Output> outputs) {
        var shown = new ArrayList<JsonNode>();
        for (int i = 0; i < outputs.size(); i++)
            shown.add(ResponseValues.node(row.value(i), outputs.get(i).typed().type()));
        return shown;
    }
}
