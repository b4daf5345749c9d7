package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Schema;
import barnabas.sql.statements.Insertion;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Runs one case.
final class CaseRun {
    /// Queries that a record may pass one after the other: queries can write in a circle.
    private static final int DEPTH_MAX = 12;

    private final FunctionRegistry functions;
    private final Path directory;
    private final Path folder;

    /// @param directory for the driver's files
    /// @param folder of the case file, where its scripts are
    CaseRun(FunctionRegistry functions, Path directory, Path folder) {
        this.folder = folder;
        this.functions = functions;
        this.directory = directory;
    }

    /// The first difference between what is expected and what happens; empty when there is none.
    Optional<String> difference(SqlCase sqlCase) {
        var statements = new Statements(functions(sqlCase.properties()), sqlCase.properties(), sqlCase);
        statements.partitions(sqlCase.partitions());
        statements.surroundings(new CaseSurroundings(sqlCase, statements, folder));
        boolean done = false;
        try {
            for (String each : sqlCase.statements()) statements.execute(each);
            done = true;
            Optional<String> difference = difference(sqlCase, statements);
            if (sqlCase.failure() == null) return difference;
            if (difference.isPresent() && !statements.expectations().isEmpty())
                return failed(sqlCase, new SqlProblem(difference.get()), ExpectedFailure.Cause.STATEMENT);
        } catch (RuntimeException e) {
            return failed(sqlCase, e, done ? ExpectedFailure.Cause.RECORDS : ExpectedFailure.Cause.STATEMENT);
        }
        ExpectedFailure failure = sqlCase.failure();
        return failure == null ? Optional.empty() : Optional.of("no failure, expected: " + failure.shown());
    }

    /// The functions, with the limits that the case sets.
    private FunctionRegistry functions(Map<String, String> properties) {
        String list = properties.get("ksql.functions.collect_list.limit");
        String set = properties.get("ksql.functions.collect_set.limit");
        if (list == null && set == null) return functions;
        var standard = StandardFunctions.Limits.DEFAULT;
        FunctionRegistry limited = StandardFunctions.registry(
                () -> 0L,
                RandomGenerator.getDefault(),
                new StandardFunctions.Limits(
                        list == null ? standard.collectListMax() : Integer.parseInt(list.strip()),
                        set == null ? standard.collectSetMax() : Integer.parseInt(set.strip())));
        var all = new ArrayList<>(limited.all());
        for (SqlFunction each : functions.all()) if (limited.find(each.name()).isEmpty()) all.add(each);
        return new FunctionRegistry(all);
    }

    /// Queries of a service run side by side: what they write depends on how far each of them is. A case passes
    /// with either of the two orders, query after query and record after record, and with the updates of tables by
    /// groups as this release of Kafka Streams writes them or as those before 3.5 did.
    private Optional<String> difference(SqlCase sqlCase, Statements statements) {
        Optional<String> first = difference(sqlCase, statements, inTurn(sqlCase, statements, false));
        if (first.isEmpty()) return first;
        boolean several = statements.running().size() > 1;
        if (several
                && difference(sqlCase, statements, sideBySide(sqlCase, statements, false))
                        .isEmpty()) return Optional.empty();
        if (statements.running().stream()
                .noneMatch(each -> groupsTable(each.sink().input()))) return first;
        if (difference(sqlCase, statements, inTurn(sqlCase, statements, true)).isEmpty()) return Optional.empty();
        if (several
                && difference(sqlCase, statements, sideBySide(sqlCase, statements, true))
                        .isEmpty()) return Optional.empty();
        return first;
    }

    private static boolean groupsTable(Plan plan) {
        return plan instanceof Plan.Aggregate aggregate
                ? aggregate.input().shape().table()
                : plan.inputs().stream().anyMatch(CaseRun::groupsTable);
    }

    private Optional<String> difference(SqlCase sqlCase, Statements statements, Written written) {
        Optional<String> difference = AssertedRecords.difference(statements.expectations(), written.records());
        if (difference.isEmpty() && sqlCase.outputs() != null)
            difference = OutputComparison.difference(
                    sqlCase.outputs(), written.records(), topic -> source(statements, topic));
        if (difference.isEmpty() && !sqlCase.rows().isEmpty())
            difference = new SelectedRows(statements, directory)
                    .difference(sqlCase.rows(), topic -> records(sqlCase, statements, written, topic));
        if (difference.isPresent()) return difference;
        return new PostConditions(statements.catalog(), written.topics(), statements::partitions)
                .difference(sqlCase.post());
    }

    /// Records of a topic: those of the case, then those that were written.
    private static List<TopicRecord> records(SqlCase sqlCase, Statements statements, Written written, String topic) {
        var records = new ArrayList<TopicRecord>();
        for (CaseRecord each : sqlCase.inputs())
            if (each.topic().equals(topic)) records.add(TopicBytes.record(each, source(statements, topic)));
        records.addAll(written.records().getOrDefault(topic, List.of()));
        return records;
    }

    /// @param records by topic
    /// @param topics names of the topics that the queries have written, with those inside the queries
    private record Written(Map<String, List<TopicRecord>> records, Set<String> topics) {}

    /// A failure of another kind than a problem of a statement must have the expected message to be the expected one.
    private static Optional<String> failed(SqlCase sqlCase, RuntimeException problem, ExpectedFailure.Cause cause) {
        String message = String.valueOf(problem.getMessage());
        ExpectedFailure failure = sqlCase.failure();
        if (!(problem instanceof SqlProblem) && (failure == null || !failure.names(problem))) throw problem;
        if (failure == null) return Optional.of("failed: " + message);
        if (!failure.fits(message))
            return Optional.of("failed with: " + message + "\n    expected: " + failure.shown());
        if (failure.fits(cause)) return Optional.empty();
        String where = cause == ExpectedFailure.Cause.RECORDS ? "while records were read" : "as a statement";
        return Optional.of("failed " + where + " with: " + message + "\n    expected: " + failure.type());
    }

    /// Records that INSERT VALUES has written.
    private static Map<String, List<TopicRecord>> inserted(Statements statements) {
        var written = new LinkedHashMap<String, List<TopicRecord>>();
        for (Insertion each : statements.insertions()) {
            DataSource target = each.target();
            byte[] key = each.key() == null ? null : target.keyCodec().encode(each.key());
            byte[] value = each.value() == null ? null : target.valueCodec().encode(each.value());
            Long timestamp = each.timestamp();
            of(written, target.topic()).add(new TopicRecord(key, value, timestamp == null ? 0 : timestamp, List.of()));
        }
        return written;
    }

    private static List<TopicRecord> of(Map<String, List<TopicRecord>> written, String topic) {
        return written.computeIfAbsent(topic, _ -> new ArrayList<>());
    }

    /// Each query reads the case's inputs, then the records that queries before it have written.
    private Written inTurn(SqlCase sqlCase, Statements statements, boolean old) {
        var topics = new LinkedHashSet<String>();
        Map<String, List<TopicRecord>> written = inserted(statements);
        for (PersistentQuery query : statements.running()) {
            try (var driver = new QueryDriver(query, statements, directory, old)) {
                for (CaseRecord each : sqlCase.inputs())
                    if (driver.reads(each.topic()))
                        driver.read(each.topic(), TopicBytes.record(each, source(statements, each.topic())));
                for (String topic : driver.topics())
                    for (TopicRecord each : List.copyOf(written.getOrDefault(topic, List.of())))
                        driver.read(topic, each);
                of(written, driver.target()).addAll(driver.written());
                topics.addAll(driver.produced());
            }
        }
        return new Written(written, topics);
    }

    /// Each record goes through all queries before the next input is read.
    private Written sideBySide(SqlCase sqlCase, Statements statements, boolean old) {
        var drivers = new ArrayList<QueryDriver>();
        try {
            for (PersistentQuery each : statements.running())
                drivers.add(new QueryDriver(each, statements, directory, old));
            var written = new LinkedHashMap<String, List<TopicRecord>>();
            inserted(statements).forEach((topic, records) -> {
                for (TopicRecord each : records) {
                    of(written, topic).add(each);
                    pass(topic, each, drivers, written, 0);
                }
            });
            for (CaseRecord each : sqlCase.inputs())
                pass(each.topic(), TopicBytes.record(each, source(statements, each.topic())), drivers, written, 0);
            var topics = new LinkedHashSet<String>();
            for (QueryDriver each : drivers) topics.addAll(each.produced());
            return new Written(written, topics);
        } finally {
            drivers.forEach(QueryDriver::close);
        }
    }

    /// Records that a query writes are read by the others before the next query reads this one.
    private static void pass(
            String topic,
            TopicRecord record,
            List<QueryDriver> drivers,
            Map<String, List<TopicRecord>> written,
            int depth) {
        if (depth > DEPTH_MAX) return;
        for (QueryDriver each : drivers) {
            if (!each.reads(topic)) continue;
            each.read(topic, record);
            for (TopicRecord out : each.written()) {
                of(written, each.target()).add(out);
                pass(each.target(), out, drivers, written, depth + 1);
            }
        }
    }

    /// A stream or table over the topic; without one a stream of texts.
    private static DataSource source(Statements statements, String topic) {
        for (DataSource each : statements.catalog().sources()) if (each.topic().equals(topic)) return each;
        var encoding = new DataSource.Encoding(Format.DELIMITED, Format.JSON, Format.Options.DEFAULT, null, null);
        return new DataSource(Statement.Kind.STREAM, topic, new Schema(List.of()), topic, encoding, false);
    }
}
