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
import org.apache.kafka.common.KafkaException;

/// PRINT: records of a topic as lines of text.
final class PrintRoute {
    private final SqlEngine engine;

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
