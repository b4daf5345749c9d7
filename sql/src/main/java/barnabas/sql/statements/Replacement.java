package barnabas.sql.statements;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rules of CREATE OR REPLACE. A stream or table keeps its kind, topic, formats and keys and may get columns behind
/// those that it has. A query keeps its sources, groups and aggregates, and the columns that it aggregates over; one
/// with joins or windows, and an aggregation of a table, cannot be replaced.
final class Replacement {
    private Replacement() {}

    /// @param old null when there is none
    /// @throws SqlProblem when `now` cannot take the place of `old`
    static void check(@Nullable DataSource old, DataSource now, Position at) {
        if (old == null) return;
        String kind = now.kind().name().toLowerCase(Locale.ROOT);
        if (old.readOnly() || now.readOnly())
            throw new SqlProblem(
                    at,
                    "Cannot add " + kind + " '" + now.name() + "': CREATE OR REPLACE is not supported on source " + kind
                            + "s.");
        if (old.kind() != now.kind()) throw problem(now, "type", type(old.kind()), type(now.kind()), at);
        if (!old.topic().equals(now.topic())) throw problem(now, "topic", old.topic(), now.topic(), at);
        if (old.encoding().keyFormat() != now.encoding().keyFormat())
            throw problem(
                    now, "keyFormat", old.encoding().keyFormat(), now.encoding().keyFormat(), at);
        if (old.encoding().valueFormat() != now.encoding().valueFormat())
            throw problem(
                    now,
                    "valueFormat",
                    old.encoding().valueFormat(),
                    now.encoding().valueFormat(),
                    at);
        List<Column> before = old.schema().values();
        List<Column> after = now.schema().values();
        boolean fits = old.schema().keys().equals(now.schema().keys())
                && after.size() >= before.size()
                && after.subList(0, before.size()).equals(before);
        if (fits) return;
        var changed = new ArrayList<Column>();
        for (int i = 0; i < before.size(); i++)
            if (i >= after.size() || !after.get(i).equals(before.get(i))) changed.add(before.get(i));
        String why = changed.isEmpty()
                ? "Key columns must be identical."
                : "The following columns are changed, missing or reordered: " + changed + ".";
        throw new SqlProblem(
                at,
                "Cannot add " + now.kind().name().toLowerCase(Locale.ROOT) + " '" + now.name()
                        + "': Cannot upgrade data source: DataSource '" + now.name() + "' has schema = "
                        + old.schema() + " which cannot be upgraded to schema = " + now.schema() + ". (" + why
                        + " Columns can only be added at the end.)");
    }

    private static String type(Kind kind) {
        return kind == Kind.STREAM ? "KSTREAM" : "KTABLE";
    }

    private static SqlProblem problem(DataSource now, String what, Object old, Object wanted, Position at) {
        return new SqlProblem(
                at,
                "Cannot add " + now.kind().name().toLowerCase(Locale.ROOT) + " '" + now.name()
                        + "': Cannot upgrade data source: DataSource '" + now.name() + "' has " + what + " = " + old
                        + " which cannot be upgraded to " + what + " = " + wanted);
    }

    /// @throws SqlProblem when the new query would need another state
    static void check(PersistentQuery old, Plan.Sink now, Position at) {
        refuse(old, old.sink().input(), now, at);
        refuse(old, now.input(), now, at);
        List<String> before = steps(old.sink().input());
        List<String> after = steps(now.input());
        if (before.equals(after)) return;
        throw new SqlProblem(
                at,
                "Cannot upgrade query " + old.id() + ": its steps are " + before + " and would be " + after
                        + ". Upgrades not yet supported for another source, join, grouping, aggregate or window: terminate the query, drop "
                        + now.target().name() + " and create it again.");
    }

    /// Queries with joins and windows, and aggregations of tables, have states that no other query takes over.
    private static void refuse(PersistentQuery old, Plan plan, Plan.Sink now, Position at) {
        String kind = switch (plan) {
            case Plan.Join _ -> "joins";
            case Plan.Aggregate aggregate when aggregate.window() != null -> "windowed aggregations";
            case Plan.Aggregate aggregate when aggregate.input().shape().table() -> "aggregations of tables";
            case Plan.Source source when source.source().encoding().window() != null -> "windowed sources";
            case Plan.Aggregate _, Plan.Source _, Plan.Filter _, Plan.Flatten _, Plan.Rekey _ -> null;
        };
        if (kind != null)
            throw new SqlProblem(
                    at,
                    "Cannot upgrade query " + old.id() + ": Upgrades not yet supported for " + kind
                            + ": terminate the query, drop " + now.target().name() + " and create it again.");
        for (Plan each : plan.inputs()) refuse(old, each, now, at);
    }

    /// Steps of a plan that an upgrade must keep, the sources first.
    private static List<String> steps(Plan plan) {
        var steps = new ArrayList<String>();
        collect(plan, steps);
        return steps;
    }

    private static void collect(Plan plan, List<String> steps) {
        switch (plan) {
            case Plan.Source source -> steps.add(source.source().name());
            case Plan.Filter filter -> collect(filter.input(), steps);
            case Plan.Flatten flatten -> {
                collect(flatten.input(), steps);
                steps.add("table functions");
            }
            case Plan.Rekey rekey -> {
                collect(rekey.input(), steps);
                steps.add("PARTITION BY " + labels(rekey));
            }
            case Plan.Aggregate aggregate -> {
                collect(aggregate.input(), steps);
                var calls = new ArrayList<String>();
                for (Plan.Aggregated each : aggregate.aggregates()) calls.add(each.text());
                steps.add("GROUP BY " + labels(aggregate) + " with " + String.join(", ", calls) + " over the columns "
                        + String.join(", ", aggregate.groups().columns()));
            }
            case Plan.Join join -> {
                collect(join.left(), steps);
                collect(join.right(), steps);
                steps.add(join.kind() + " JOIN");
            }
        }
    }

    private static String labels(Plan plan) {
        var labels = new ArrayList<String>();
        for (Shape.Key each : plan.shape().keys()) labels.add(each.label());
        return String.join(", ", labels);
    }
}
