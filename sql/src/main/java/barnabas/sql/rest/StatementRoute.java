package barnabas.sql.rest;

import barnabas.config.dynamic.ClientPattern;
import barnabas.sql.answers.Answers;
import barnabas.sql.answers.Inquiries;
import barnabas.sql.engine.Inserts;
import barnabas.sql.engine.Outcome;
import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.grammar.InquiryParser;
import barnabas.sql.grammar.OutsideParser;
import barnabas.sql.statements.Insertion;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

/// `/ksql`: all statements but SELECT and PRINT.
final class StatementRoute {
    private static final int PATTERNS_MAX = 1_000;

    private final SqlEngine engine;
    private final Requests requests;
    private final Inserts inserts;
    private final Inquiries inquiries;
    private final OutsideRoute outside;
    private final CommandStatuses statuses;

    StatementRoute(
            SqlEngine engine,
            Requests requests,
            Inserts inserts,
            Inquiries inquiries,
            OutsideRoute outside,
            CommandStatuses statuses) {
        this.outside = outside;
        this.engine = engine;
        this.requests = requests;
        this.inserts = inserts;
        this.inquiries = inquiries;
        this.statuses = statuses;
    }

    void answer(Exchange exchange) throws IOException, InterruptedException {
        JsonNode body = exchange.json();
        Session session = requests.session(body);
        ArrayNode answers = JsonNodeFactory.instance.arrayNode();
        List<Requests.Parsed> all = requests.parsed(Exchange.text(body, "ksql"), session);
        if (all.stream().anyMatch(each -> changes(each.statement()))) exchange.requireChanges();
        for (Requests.Parsed each : all) {
            try {
                run(each, session, answers);
            } catch (SqlProblem | SerializationException e) {
                throw new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage()), each.shown(), e);
            } catch (KafkaException e) {
                throw new RestProblem(
                        RestProblem.SERVER_ERROR, "The cluster did not do it: " + e.getMessage(), each.shown(), e);
            }
        }
        exchange.send(200, answers);
    }

    /// Whether a statement changes something that others see too.
    private static boolean changes(Statement statement) {
        return switch (statement) {
            case Statement.CreateSource _,
                    Statement.CreateAs _,
                    Statement.InsertSelect _,
                    Statement.InsertValues _,
                    Statement.CreateType _,
                    Statement.DropType _,
                    Statement.DropSource _,
                    Statement.AlterSource _,
                    Statement.Terminate _ -> true;
            case Statement.Define _,
                    Statement.Undefine _,
                    Statement.SetProperty _,
                    Statement.UnsetProperty _,
                    Statement.AssertSource _,
                    Statement.AssertTopic _,
                    Statement.AssertValues _,
                    Statement.Select _ -> false;
            case Statement.Informative informative ->
                InquiryParser.parse(informative)
                        .map(each -> each instanceof Inquiry.Pause)
                        .orElseGet(() -> OutsideRoute.changes(OutsideParser.parse(informative)));
        };
    }

    private void run(Requests.Parsed parsed, Session session, ArrayNode answers) throws InterruptedException {
        switch (parsed.statement()) {
            case Statement.CreateSource _,
                    Statement.CreateAs _,
                    Statement.InsertSelect _,
                    Statement.CreateType _,
                    Statement.DropType _,
                    Statement.DropSource _,
                    Statement.AlterSource _,
                    Statement.Terminate _ -> {
                Outcome outcome = engine.change(parsed.statement(), parsed.text(), session.properties());
                if (outcome instanceof Outcome.Done done) statuses.add(done);
                answers.add(Answers.outcome(outcome, parsed.shown()));
            }
            case Statement.InsertValues insert -> insert(insert, session);
            case Statement.Define define ->
                session.variables().put(define.name().toLowerCase(Locale.ROOT), define.value());
            case Statement.Undefine undefine ->
                session.variables().remove(undefine.name().toLowerCase(Locale.ROOT));
            case Statement.SetProperty set -> {
                Requests.check(set.name(), set.value());
                session.properties().put(set.name(), set.value());
            }
            case Statement.UnsetProperty unset -> session.properties().remove(unset.name());
            case Statement.AssertSource check ->
                engine.session(session.properties()).execute(check);
            case Statement.AssertTopic check -> answers.add(outside.topic(check, parsed.shown(), session));
            case Statement.AssertValues check ->
                throw new SqlProblem(
                        check.at(), "ASSERT VALUES is for test files, as in ksqlDB: see docs/sql/test-files.md.");
            case Statement.Select select ->
                throw new SqlProblem(
                        select.at(),
                        "SELECT gives rows for as long as they come: send it to the /query or /query-stream endpoint.");
            case Statement.Informative informative -> {
                Optional<Inquiry> inquiry = InquiryParser.parse(informative);
                answers.add(
                        inquiry.isPresent()
                                ? inquiries.answer(inquiry.get(), parsed.shown(), session)
                                : outside.answer(OutsideParser.parse(informative), parsed.shown(), session));
            }
        }
    }

    private void insert(Statement.InsertValues insert, Session session) throws InterruptedException {
        Statements statements = engine.session(session.properties());
        statements.execute(insert);
        for (Insertion each : statements.insertions())
            Inserts.await(inserts.send(each.target(), each.key(), each.value(), each.timestamp()));
    }

    /// `/ksql/terminate`.
    void terminate(Exchange exchange) throws IOException, InterruptedException {
        JsonNode list = exchange.json().path("deleteTopicList");
        if (!(list.isMissingNode() || list.isNull() || list.isArray()) || list.size() > PATTERNS_MAX)
            throw new RestProblem(
                    RestProblem.BAD_REQUEST,
                    "deleteTopicList is a list of at most " + PATTERNS_MAX
                            + " names of topics and regular expressions");
        var delete = new ArrayList<ClientPattern>();
        for (JsonNode each : list) {
            switch (ClientPattern.read(each.asText())) {
                case ClientPattern.Reading.Valid valid -> delete.add(valid.pattern());
                case ClientPattern.Reading.Invalid invalid ->
                    throw new RestProblem(
                            RestProblem.BAD_REQUEST,
                            "deleteTopicList: '" + each.asText() + "' is no regular expression: " + invalid.why());
            }
        }
        engine.terminate(delete);
        exchange.send(200, JsonNodeFactory.instance.arrayNode());
    }
}
