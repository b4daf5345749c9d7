package barnabas.sql.rest;

import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.grammar.InquiryParser;
import barnabas.sql.reading.PrintedRecords;
import barnabas.sql.registry.ShownRecords;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;

/// PRINT: records of a topic as lines of text.
final class PrintRoute {
    private static final int OPEN_MAX = 50;

    private final SqlEngine engine;
    private final AtomicInteger open = new AtomicInteger();

    PrintRoute(SqlEngine engine) {
        this.engine = engine;
    }

    boolean answers(Requests.Parsed parsed) {
        return parsed.statement() instanceof Statement.Informative informative
                && InquiryParser.parse(informative).orElse(null) instanceof Inquiry.Print;
    }

    void run(Exchange exchange, Requests.Parsed parsed, Session session) throws IOException, InterruptedException {
        if (!(parsed.statement() instanceof Statement.Informative informative)
                || !(InquiryParser.parse(informative).orElse(null) instanceof Inquiry.Print print)) return;
        if (open.incrementAndGet() > OPEN_MAX) {
            open.decrementAndGet();
            throw new RestProblem(
                    RestProblem.BAD_STATEMENT,
                    "The server has " + OPEN_MAX + " open PRINT statements, which is its limit. Close some.");
        }
        try {
            run(exchange, print, parsed, session);
        } finally {
            open.decrementAndGet();
        }
    }

    private void run(Exchange exchange, Inquiry.Print print, Requests.Parsed parsed, Session session)
            throws IOException, InterruptedException {
        PrintedRecords records;
        try {
            if (engine.topics().size(print.topic()).isEmpty())
                throw new SqlProblem(print.at(), "Could not find topic '" + print.topic() + "'.");
            String reset = session.properties().getOrDefault("auto.offset.reset", "latest");
            ShownRecords schemas = engine.registry()
                    .map(each -> new ShownRecords(each.client()))
                    .orElse(null);
            records = new PrintedRecords(engine.config().client(), print, reset.equalsIgnoreCase("earliest"), schemas);
        } catch (SqlProblem | KafkaException e) {
            throw new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage()), parsed.shown(), e);
        }
        try (OutputStream out = exchange.stream("text/plain; charset=utf-8")) {
            records.run(line -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8)), () -> {
                out.flush();
                return !exchange.isGone();
            });
        }
    }
}
