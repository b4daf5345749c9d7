package barnabas.sql.rest;

import barnabas.sql.formats.ResponseValues;
import barnabas.sql.reading.ReadQuery;
import barnabas.sql.reading.RowSink;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Names;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Collectors;

/// Writes a query's rows into a response.
final class RowWriter implements RowSink {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Exchange exchange;
    private final ReadQuery query;
    private final RowFormat format;
    private final OutputStream out;
    private final JsonGenerator json;
    /// All columns have types whose values the generator writes as they are.
    private final boolean plain;
    /// Clients of push queries over HTTP/2 take each frame for one row, as ksqlDB sends them.
    private final boolean rowByRow;

    private boolean first = true;

    RowWriter(Exchange exchange, ReadQuery query, RowFormat format, OutputStream out) throws IOException {
        this.exchange = exchange;
        this.query = query;
        this.format = format;
        this.out = out;
        json = Exchange.MAPPER.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM).setRootValueSeparator(null);
        plain = query.outputs().stream().allMatch(each -> isPlain(each.type()));
        rowByRow = query.push() && format == RowFormat.DELIMITED && exchange.isMultiplexed();
    }

    void begin() throws IOException {
        if (format != RowFormat.DELIMITED) json.writeRaw('[');
        json.writeStartObject();
        if (format == RowFormat.QUERY) {
            json.writeObjectFieldStart("header");
            json.writeStringField("queryId", query.id());
            json.writeStringField(
                    "schema",
                    query.outputs().stream()
                            .map(each -> Names.text(each.name()) + " " + each.type())
                            .collect(Collectors.joining(", ")));
            json.writeEndObject();
        } else {
            json.writeStringField("queryId", query.push() ? query.id() : null);
            json.writeArrayFieldStart("columnNames");
            for (ReadQuery.Output each : query.outputs()) json.writeString(each.name());
            json.writeEndArray();
            json.writeArrayFieldStart("columnTypes");
            for (ReadQuery.Output each : query.outputs())
                json.writeString(each.type().toString());
            json.writeEndArray();
        }
        json.writeEndObject();
        ended();
        // The rows of a push query may come late; those of a pull query are here at once.
        if (query.push()) flush();
    }

    private void separate() throws IOException {
        if (!first && format != RowFormat.DELIMITED) json.writeRaw(",\n");
    }

    private void ended() throws IOException {
        first = false;
        if (format == RowFormat.DELIMITED) json.writeRaw('\n');
    }

    private void item(JsonNode node) throws IOException {
        separate();
        json.writeTree(node);
        ended();
    }

    private void flush() throws IOException {
        json.flush();
        out.flush();
    }

    @Override
    public void row(Row row) throws IOException {
        // Whole before any of it is written.
        ArrayNode columns = plain ? null : columns(row);
        separate();
        if (format == RowFormat.QUERY) {
            json.writeStartObject();
            json.writeObjectFieldStart("row");
            json.writeFieldName("columns");
        }
        if (columns == null) plain(row);
        else json.writeTree(columns);
        if (format == RowFormat.QUERY) {
            json.writeEndObject();
            json.writeEndObject();
        }
        ended();
        if (rowByRow) flush();
    }

    private ArrayNode columns(Row row) {
        ArrayNode columns = NODES.arrayNode();
        for (int i = 0; i < query.outputs().size(); i++)
            columns.add(ResponseValues.node(row.value(i), query.outputs().get(i).type()));
        return columns;
    }

    private void plain(Row row) throws IOException {
        json.writeStartArray();
        for (int i = 0; i < query.outputs().size(); i++) {
            switch (row.value(i)) {
                case Integer value -> json.writeNumber(value);
                case Long value -> json.writeNumber(value);
                case Boolean value -> json.writeBoolean(value);
                case String value -> json.writeString(value);
                case null -> json.writeNull();
                case Object value ->
                    json.writeTree(
                            ResponseValues.node(value, query.outputs().get(i).type()));
            }
        }
        json.writeEndArray();
    }

    private static boolean isPlain(SqlType type) {
        return type == SqlType.INTEGER
                || type == SqlType.BIGINT
                || type == SqlType.BOOLEAN
                || type == SqlType.STRING
                || type == SqlType.DOUBLE;
    }

    @Override
    public boolean isGone() {
        return exchange.isGone();
    }

    @Override
    public boolean idle() throws IOException {
        flush();
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
        if (format != RowFormat.DELIMITED) json.writeRaw("]\n");
        json.close();
    }
}
