package barnabas.sql.statements;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.plan.Plan;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import java.util.Optional;

/// Numbers of partitions of joined topics. Both sides of a join by key must have the same, so that equal keys lie in
/// partitions of one number; a side that gets another key on its way is written to a topic that has it.
public final class JoinPartitions {
    /// Numbers of partitions by topic.
    @FunctionalInterface
    public interface Counts<E extends Exception> {
        /// @return empty when the number is not known
        Optional<Integer> of(String topic) throws E;
    }

    private JoinPartitions() {}

    /// @throws SqlProblem when two sides of a join differ
    public static <E extends Exception> void check(Plan plan, Counts<E> counts) throws E {
        for (Plan each : plan.inputs()) check(each, counts);
        if (plan instanceof Plan.Join join && join.foreignKey() == null) checkSides(join, counts);
    }

    private static <E extends Exception> void checkSides(Plan.Join join, Counts<E> counts) throws E {
        DataSource left = keyed(join.left()).orElse(null);
        DataSource right = keyed(join.right()).orElse(null);
        if (left == null || right == null) return;
        Integer one = counts.of(left.topic()).orElse(null);
        Integer other = counts.of(right.topic()).orElse(null);
        if (one == null || other == null || one.equals(other)) return;
        throw new SqlProblem("Can't join " + Names.text(left.name()) + " with " + Names.text(right.name())
                + " since the number of partitions don't match. " + Names.text(left.name()) + " partitions = " + one
                + "; " + Names.text(right.name()) + " partitions = " + other
                + ". Please repartition either one so that the number of partitions match. For a stream: CREATE "
                + "STREAM ... WITH (PARTITIONS=" + Math.max(one, other) + ") AS SELECT ... PARTITION BY its key.");
    }

    /// The source whose topic gives the partitions; empty behind a new key.
    private static Optional<DataSource> keyed(Plan plan) {
        return switch (plan) {
            case Plan.Source source -> Optional.of(source.source());
            case Plan.Filter filter -> keyed(filter.input());
            case Plan.Flatten flatten -> keyed(flatten.input());
            case Plan.Join join -> keyed(join.left());
            case Plan.Rekey _, Plan.Aggregate _ -> Optional.empty();
        };
    }

    /// The source whose topic's number of partitions the query's own topic takes.
    public static DataSource leftmost(Plan plan) {
        return plan instanceof Plan.Source source
                ? source.source()
                : leftmost(plan.inputs().getFirst());
    }
}
