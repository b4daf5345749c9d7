package barnabas.sql.statements;

import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.grammar.InquiryParser;
import barnabas.sql.grammar.OutsideParser;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Outside;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Checks statements that show or assert something, where no service answers them: their subjects must be there.
final class InquirySubjects {
    private final Statements statements;
    private final FunctionRegistry functions;

    InquirySubjects(Statements statements, FunctionRegistry functions) {
        this.statements = statements;
        this.functions = functions;
    }

    /// Holds queries up and lets them run on for PAUSE and RESUME.
    ///
    /// @throws SqlProblem when the subject of DESCRIBE, EXPLAIN, PAUSE or RESUME does not exist
    void check(Statement.Informative informative) {
        Optional<Inquiry> inquiry = InquiryParser.parse(informative);
        if (inquiry.isEmpty()) {
            boolean system = informative.text().strip().toUpperCase(Locale.ROOT).startsWith("ALTER");
            if (!system)
                statements.surroundings().ifPresent(around -> outside(OutsideParser.parse(informative), around));
            return;
        }
        switch (inquiry.get()) {
            case Inquiry.Describe describe -> describe(describe);
            case Inquiry.DescribeFunction describe -> function(describe);
            case Inquiry.Explain explain -> explain(explain);
            case Inquiry.Pause pause -> {
                boolean all = pause.query().equalsIgnoreCase("ALL");
                if (!all && !isQuery(pause.query()))
                    throw new SqlProblem(
                            pause.at(),
                            "Unknown queryId: " + pause.query() + "."
                                    + Names.hint(pause.query(), statements.queryIds()));
                for (String each : statements.queryIds())
                    if (all || each.equalsIgnoreCase(pause.query())) statements.pause(each, pause.paused());
            }
            case Inquiry.Print print -> {
                if (statements
                        .surroundings()
                        .map(around -> around.hasTopic(print.topic()))
                        .orElse(true)) return;
                throw new SqlProblem(
                        print.at(),
                        "Could not find topic '" + print.topic()
                                + "': there is none, or the user may not DESCRIBE it. Capitals and small letters differ"
                                + " in names of topics.");
            }
            case Inquiry.Show _ -> {}
        }
    }

    /// @throws SqlProblem when the topic is not as the statement says, where no service answers it
    void check(Statement.AssertTopic check) {
        Surroundings around = statements.surroundings().orElse(null);
        if (around == null) return;
        TopicAssertions.checkProperties(check);
        Map<String, Integer> found = statements
                .partitions(check.topic())
                .map(partitions -> Map.of("PARTITIONS", partitions))
                .orElse(Map.of());
        fail(check.at(), TopicAssertions.problem(check, around.hasTopic(check.topic()) ? found : null));
    }

    private void outside(Outside statement, Surroundings around) {
        switch (statement) {
            case Outside.AssertSchema check ->
                fail(check.at(), TopicAssertions.problem(check, around.hasSchema(check.subject(), check.id())));
            case Outside.RunScript run -> {
                String path = run.path();
                if (path == null)
                    throw new SqlProblem(run.at(), "Syntax Error: expected the path of a script in quotes");
                statements.run(around.script(path));
            }
            case Outside.CreateConnector _,
                    Outside.DropConnector _,
                    Outside.DescribeConnector _,
                    Outside.ShowConnectors _,
                    Outside.ShowPlugins _ -> {}
        }
    }

    private static void fail(Position at, Optional<String> problem) {
        if (problem.isPresent()) throw new SqlProblem(at, problem.get());
    }

    private boolean isQuery(String id) {
        return statements.queryIds().contains(id) || statements.queryIds().contains(id.toUpperCase(Locale.ROOT));
    }

    private void describe(Inquiry.Describe describe) {
        if (statements.catalog().find(describe.name()).isPresent()) return;
        var names =
                statements.catalog().sources().stream().map(each -> each.name()).toList();
        throw new SqlProblem(
                describe.at(),
                "Could not find STREAM/TABLE '" + describe.name() + "' in the Metastore."
                        + Names.hint(describe.name(), names));
    }

    private void function(Inquiry.DescribeFunction describe) {
        if (functions.find(describe.name()).isPresent()) return;
        var names = functions.all().stream().map(SqlFunction::name).toList();
        throw new SqlProblem(
                describe.at(),
                "Can't find any functions with the name '" + describe.name() + "'."
                        + Names.hint(describe.name(), names));
    }

    /// A query by its id, or a statement that would make one.
    private void explain(Inquiry.Explain explain) {
        if (isQuery(explain.subject())) return;
        if (explain.subject().matches("\\w+"))
            throw new SqlProblem(
                    explain.at(),
                    "Query with id:" + explain.subject()
                            + " does not exist, use SHOW QUERIES to view the full set of queries."
                            + Names.hint(explain.subject(), statements.queryIds()));
        Statement statement = StatementParser.parse(explain.subject(), explain.at(), statements.catalog()::type);
        switch (statement) {
            case Statement.Select select -> statements.execute(select);
            case Statement.CreateAs create -> statements.analysis().analyse(create.query(), create.name());
            case Statement.InsertSelect insert -> statements.analysis().analyse(insert.query(), insert.target());
            default -> throw new SqlProblem(explain.at(), "EXPLAIN takes a query, or a statement with one");
        }
    }
}
