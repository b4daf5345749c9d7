package barnabas.sql.rest;

import barnabas.sql.formats.ResponseValues;
import barnabas.sql.reading.ReadQuery;
import barnabas.sql.reading.RowSink;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Names;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/// Writes a query's rows into a response.
final class RowWriter implements RowSink {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Exchange exchange;
    private final ReadQuery query;
    private final RowFormat format;
    private final OutputStream out;
    /// Clients of push queries over HTTP/2 take each frame for one row, as ksqlDB sends them.
    private final boolean rowByRow;

    private boolean first = true;

    RowWriter(Exchange exchange, ReadQuery query, RowFormat format, OutputStream out) {
        this.exchange = exchange;
        this.query = query;
        this.format = format;
        this.out = out;
        rowByRow = query.push() && format == RowFormat.DELIMITED && exchange.isMultiplexed();
    }

    void begin() throws IOException {
        if (format != RowFormat.DELIMITED) out.write('[');
        ObjectNode node = NODES.objectNode();
        if (format == RowFormat.QUERY) {
            ObjectNode header = node.putObject("header");
            header.put("queryId", query.id());
            header.put(
                    "schema",
                    query.outputs().stream()
                            .map(each -> Names.text(each.name()) + " " + each.type())
                            .collect(Collectors.joining(", ")));
        } else {
            node.put("queryId", query.push() ? query.id() : null);
            ArrayNode names = node.putArray("columnNames");
            ArrayNode types = node.putArray("columnTypes");
            for (ReadQuery.Output each : query.outputs()) {
                names.add(each.name());
                types.add(each.type().toString());
            }
        }
        item(node);
        // The rows of a push query may come late; those of a pull query are here at once.
        if (query.push()) out.flush();
    }

    private void item(JsonNode node) throws IOException {
        if (!first && format != RowFormat.DELIMITED) out.write(",\n".getBytes(StandardCharsets.UTF_8));
        first = false;
        out.write(Exchange.MAPPER.writeValueAsBytes(node));
        if (format == RowFormat.DELIMITED) out.write('\n');
    }

    @Override
    public void row(Row row) throws IOException {
        ArrayNode columns = NODES.arrayNode();
        for (int i = 0; i < query.outputs().size(); i++)
            columns.add(ResponseValues.node(row.value(i), query.outputs().get(i).type()));
        if (format == RowFormat.QUERY) {
            ObjectNode node = NODES.objectNode();
            node.putObject("row").set("columns", columns);
            item(node);
        } else {
            item(columns);
        }
        if (rowByRow) out.flush();
    }

    @Override
    public boolean isGone() {
        return exchange.isGone();
    }

    @Override
    public boolean idle() throws IOException {
        out.flush();
        return !exchange.isGone();
    }

    void end(ReadQuery.End end) throws IOException {
        if (format == RowFormat.QUERY && (query.push() || end == ReadQuery.End.LIMIT)) {
            ObjectNode node = NODES.objectNode();
            node.put("finalMessage", end == ReadQuery.End.LIMIT ? "Limit Reached" : "Query Completed");
            item(node);
        }
        finish();
    }

    void fail(String message) throws IOException {
        ObjectNode node = NODES.objectNode();
        node.put("@type", "generic_error");
        node.put("error_code", RestProblem.SERVER_ERROR);
        node.put("message", message);
        item(format == RowFormat.QUERY ? NODES.objectNode().set("errorMessage", node) : node);
        finish();
    }

    private void finish() throws IOException {
        if (format != RowFormat.DELIMITED) out.write("]\n".getBytes(StandardCharsets.UTF_8));
    }
}
