package barnabas.sql.rest;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.engine.Inserts;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.formats.JsonValues;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// `/inserts-stream`: a line that names the target, then a line for each row; an acknowledgement for each in their
/// order.
final class InsertsRoute {
    private static final int UNACKNOWLEDGED_MAX = 500;
    private static final int LINE_MAX = 1 << 20;

    private final SqlEngine engine;
    private final Inserts inserts;

    InsertsRoute(SqlEngine engine, Inserts inserts) {
        this.engine = engine;
        this.inserts = inserts;
    }

    /// A row that was sent, or refused at once.
    private record Sent(
            long number,
            @Nullable Future<RecordMetadata> record,
            @Nullable String problem) {}

    void answer(Exchange exchange) throws IOException, InterruptedException {
        // A body that is closed before its end ends the connection, and the client would not see the answer.
        var in = new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8));
        String first = line(in);
        if (first == null) throw new RestProblem(RestProblem.BAD_REQUEST, "The body is empty");
        DataSource target = target(Exchange.text(object(first), "target"));
        boolean array = exchange.accept().contains("application/json");
        try (OutputStream out = exchange.stream(array ? "application/json" : RowFormat.DELIMITED.type())) {
            if (array) out.write('[');
            rows(in, target, new Acknowledgements(out, array));
            if (array) out.write(']');
            out.flush();
            exchange.drain();
        }
    }

    private record Acknowledgements(OutputStream out, boolean array) {
        void write(ObjectNode node) throws IOException {
            if (array && node.path("seq").asLong() > 0) out.write(',');
            out.write(Exchange.MAPPER.writeValueAsBytes(node));
            if (!array) out.write('\n');
        }
    }

    private void rows(BufferedReader in, DataSource target, Acknowledgements out)
            throws IOException, InterruptedException {
        var waiting = new ArrayDeque<Sent>();
        long number = 0;
        boolean ended = false;
        while (!ended) {
            String line;
            try {
                line = line(in);
            } catch (RestProblem e) {
                // The place of the next row in the body is not known.
                waiting.add(new Sent(number, null, String.valueOf(e.getMessage())));
                break;
            }
            ended = line == null;
            if (line == null || line.isBlank()) continue;
            waiting.add(sent(number++, line, target));
            boolean more = in.ready() && waiting.size() < UNACKNOWLEDGED_MAX;
            while (!more && !waiting.isEmpty()) acknowledge(waiting.poll(), out);
            if (!more) out.out().flush();
        }
        while (!waiting.isEmpty()) acknowledge(waiting.poll(), out);
    }

    private Sent sent(long number, String line, DataSource target) {
        try {
            Map<String, JsonNode> values = new HashMap<>();
            for (Map.Entry<String, JsonNode> each : object(line).properties())
                values.put(name(each.getKey()), each.getValue());
            for (String each : values.keySet())
                if (target.schema().find(each).isEmpty())
                    throw new SqlProblem("Column name " + Names.text(each) + " does not exist."
                            + Names.hint(
                                    each,
                                    target.schema().columns().stream()
                                            .map(Column::name)
                                            .toList()));
            Row key = row(target.schema().keys(), values);
            if (target.isTable() && (key == null || key.hasNull()))
                throw new SqlProblem("A row of a table needs a value for each column of its primary key");
            return new Sent(
                    number, inserts.send(target, key, row(target.schema().values(), values), null), null);
        } catch (RestProblem | SqlProblem | KafkaException e) {
            return new Sent(number, null, String.valueOf(e.getMessage()));
        }
    }

    private static void acknowledge(Sent sent, Acknowledgements out) throws IOException, InterruptedException {
        String problem = sent.problem();
        if (sent.record() != null) {
            try {
                Inserts.await(sent.record());
            } catch (KafkaException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("status", problem == null ? "ok" : "error").put("seq", sent.number());
        if (problem != null) node.put("error_code", RestProblem.BAD_REQUEST).put("message", problem);
        out.write(node);
    }

    private DataSource target(String name) {
        DataSource target = engine.session(Map.of()).catalog().source(name(name), new Position(1, 1));
        if (target.readOnly())
            throw new RestProblem(RestProblem.BAD_REQUEST, "Cannot insert values into read-only source: " + name);
        if (target.encoding().window() != null)
            throw new RestProblem(RestProblem.BAD_REQUEST, "Cannot insert values into windowed stream/table!");
        return target;
    }

    private static @Nullable Row row(List<Column> columns, Map<String, JsonNode> values) {
        if (columns.isEmpty()) return null;
        var row = new @Nullable Object[columns.size()];
        for (int i = 0; i < row.length; i++) {
            JsonNode value = values.get(columns.get(i).name());
            row[i] = value == null
                    ? null
                    : JsonValues.value(value, columns.get(i).type());
        }
        return new Row(row);
    }

    private static String name(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("`") && text.endsWith("`");
        return quoted ? text.substring(1, text.length() - 1) : text.toUpperCase(Locale.ROOT);
    }

    private static JsonNode object(String line) {
        try {
            JsonNode node = Exchange.MAPPER.readTree(line);
            if (node != null && node.isObject()) return node;
        } catch (JsonProcessingException e) {
            throw new RestProblem(RestProblem.BAD_REQUEST, "The line is no JSON: " + e.getOriginalMessage());
        }
        throw new RestProblem(RestProblem.BAD_REQUEST, "The line is no JSON object");
    }

    private static @Nullable String line(BufferedReader in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') return line.toString();
            if (line.length() >= LINE_MAX)
                throw new RestProblem(41_300, "A line is longer than " + LINE_MAX + " characters");
            line.append((char) c);
        }
        return line.isEmpty() ? null : line.toString();
    }
}
