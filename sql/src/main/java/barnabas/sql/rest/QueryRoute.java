package barnabas.sql.rest;

import barnabas.sql.engine.Session;
import barnabas.sql.reading.ReadQuery;
import barnabas.sql.reading.Reading;
import barnabas.sql.reading.RowSink;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.StuckProblem;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// `/query`, `/query-stream` and `/close-query`.
final class QueryRoute {
    private final Reading reading;
    private final Requests requests;
    private final PrintRoute print;

    QueryRoute(Reading reading, Requests requests, PrintRoute print) {
        this.reading = reading;
        this.requests = requests;
        this.print = print;
    }

    /// `/query`: an array of objects, one in a line.
    void query(Exchange exchange) throws IOException, InterruptedException {
        JsonNode body = exchange.json();
        run(exchange, Exchange.text(body, "ksql"), body, RowFormat.QUERY);
    }

    /// `/query-stream`.
    void queryStream(Exchange exchange) throws IOException, InterruptedException {
        JsonNode body = exchange.json();
        String accept = exchange.accept();
        RowFormat format = accept.contains("json") && !accept.contains("delimited") && !accept.contains("ksql.v1")
                ? RowFormat.ARRAY
                : accept.contains("ksql.v1") ? RowFormat.QUERY : RowFormat.DELIMITED;
        run(exchange, Exchange.text(body, body.has("sql") ? "sql" : "ksql"), body, format);
    }

    private void run(Exchange exchange, String text, JsonNode body, RowFormat format)
            throws IOException, InterruptedException {
        Session session = requests.session(body);
        ReadQuery repeated = repeated(text, session);
        if (repeated != null) {
            answer(exchange, repeated, format);
            return;
        }
        List<Requests.Parsed> all = requests.parsed(text, session);
        if (all.size() != 1)
            throw new RestProblem(
                    RestProblem.BAD_STATEMENT, "Expected exactly one KSQL statement; found " + all.size() + " instead");
        Requests.Parsed parsed = all.getFirst();
        if (parsed.statement() instanceof Statement.Informative && print.answers(parsed)) {
            print.run(exchange, parsed, session);
            return;
        }
        if (!(parsed.statement() instanceof Statement.Select select))
            throw new RestProblem(
                    40_002, "The endpoint is for SELECT and PRINT statements; send others to the /ksql endpoint.");
        ReadQuery query;
        try {
            query = reading.query(select, parsed.text(), session.properties());
        } catch (SqlProblem e) {
            throw new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage()), parsed.shown(), e);
        } catch (KafkaException e) {
            throw new RestProblem(RestProblem.SERVER_ERROR, String.valueOf(e.getMessage()), parsed.shown(), e);
        }
        answer(exchange, query, format);
    }

    /// A query that differs by its key alone from one that has run; null when it has to be parsed.
    private @Nullable ReadQuery repeated(String text, Session session) {
        try {
            return reading.repeated(text, session.properties()).orElse(null);
        } catch (SqlProblem e) {
            throw new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage()), text.strip(), e);
        }
    }

    private void answer(Exchange exchange, ReadQuery query, RowFormat format) throws IOException, InterruptedException {
        try (OutputStream out = exchange.stream(format.type())) {
            answer(exchange, query, format, out);
        } finally {
            query.close();
            reading.ended(query);
        }
    }

    private static void answer(Exchange exchange, ReadQuery query, RowFormat format, OutputStream out)
            throws IOException, InterruptedException {
        var writer = new RowWriter(exchange, query, format, out);
        try {
            writer.begin();
        } catch (IOException e) {
            // The client is gone. What the query has opened is closed by its run.
            query.close();
            var _ = query.run(RowSink.NONE);
            throw e;
        }
        try {
            writer.end(query.run(writer));
        } catch (SqlProblem | KafkaException | StuckProblem e) {
            writer.fail(String.valueOf(e.getMessage()));
        }
    }

    void close(Exchange exchange) throws IOException {
        String id = Exchange.text(exchange.json(), "queryId");
        if (!reading.close(id)) throw new RestProblem(RestProblem.BAD_REQUEST, "No query with id " + id);
        exchange.send(200, "application/json", new byte[0]);
    }
}
