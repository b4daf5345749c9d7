package barnabas.sql.plan;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.syntax.Query;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A step of a query. Rows of each step have the columns of its shape's scope; a row's key is a row of its own.
public sealed interface Plan {
    Shape shape();

    /// Steps whose rows this one takes, of a join the left one first.
    default List<Plan> inputs() {
        return switch (this) {
            case Source _ -> List.of();
            case Filter filter -> List.of(filter.input);
            case Flatten flatten -> List.of(flatten.input);
            case Rekey rekey -> List.of(rekey.input);
            case Aggregate aggregate -> List.of(aggregate.input);
            case Join join -> List.of(join.left, join.right);
        };
    }

    /// Topics that it reads, those of tables first: at equal times a row of a stream meets the row of a table.
    default Set<String> topics() {
        var topics = new LinkedHashSet<String>();
        collect(true, topics);
        collect(false, topics);
        return topics;
    }

    /// Whether it reads a table.
    default boolean readsTables() {
        return this instanceof Source source
                ? source.source.isTable()
                : inputs().stream().anyMatch(Plan::readsTables);
    }

    private void collect(boolean tables, Set<String> topics) {
        if (this instanceof Source source && source.source.isTable() == tables) topics.add(source.source.topic());
        for (Plan each : inputs()) each.collect(tables, topics);
    }

    /// Columns: those of the source, ROWTIME, ROWPARTITION, ROWOFFSET, and with windows WINDOWSTART and WINDOWEND.
    record Source(Shape shape, DataSource source) implements Plan {}

    record Filter(Shape shape, Plan input, Typed condition) implements Plan {}

    /// Adds a column for each table function, and makes as many rows as the longest of them has.
    record Flatten(Shape shape, Plan input, List<Flattening> functions) implements Plan {}

    record Flattening(TableFunction.Resolved function, Evaluations arguments) {}

    /// Adds columns and makes a new key.
    record Rekey(Shape shape, Plan input, List<Typed> added, List<Typed> key) implements Plan {}

    /// Columns: those of the left, those of the right, and of an outer join the key.
    ///
    /// @param foreignKey the right's key in rows of the left, for a join over it; null for others
    record Join(
            Shape shape,
            Query.JoinKind kind,
            Plan left,
            Plan right,
            Query.@Nullable Within within,
            @Nullable Typed foreignKey,
            boolean synthetic)
            implements Plan {}

    /// Columns: those that are grouped by, the aggregates, ROWTIME, and with a window its bounds.
    ///
    record Aggregate(
            Shape shape,
            Plan input,
            Groups groups,
            List<Aggregated> aggregates,
            Query.@Nullable Window window,
            boolean atEnd)
            implements Plan {}

    /// @param byKey whether the input's key is what is grouped by, so that no record has to change its partition
    /// @param columns of the input that the query uses, with those of its filter
    record Groups(List<Typed> values, boolean byKey, Set<String> columns) {}

    /// @param text of the call
    record Aggregated(AggregateFunction.Aggregation function, Evaluations arguments, String text) {}

    /// Values of arguments over a row.
    @FunctionalInterface
    interface Evaluations {
        @Nullable
        Object[] of(@Nullable Object[] row);
    }

    /// A query that writes to a topic.
    ///
    /// @param values columns of the target's value
    record Sink(Plan input, List<Typed> values, DataSource target) {}
}
