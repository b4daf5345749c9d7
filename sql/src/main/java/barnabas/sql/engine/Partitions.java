package barnabas.sql.engine;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.plan.Plan;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import java.util.Optional;

/// Numbers of partitions of joined topics. Both sides of a join by key must have the same, so that equal keys lie in
/// partitions of one number; a side that gets another key on its way is written to a topic that has it.
final class Partitions {
    private Partitions() {}

    /// @throws SqlProblem when two sides of a join differ
    static void check(Plan plan, ClusterTopics topics) throws InterruptedException {
        switch (plan) {
            case Plan.Source _ -> {}
            case Plan.Filter filter -> check(filter.input(), topics);
            case Plan.Flatten flatten -> check(flatten.input(), topics);
            case Plan.Rekey rekey -> check(rekey.input(), topics);
            case Plan.Aggregate aggregate -> check(aggregate.input(), topics);
            case Plan.Join join -> {
                check(join.left(), topics);
                check(join.right(), topics);
                if (join.foreignKey() == null) checkSides(join, topics);
            }
        }
    }

    private static void checkSides(Plan.Join join, ClusterTopics topics) throws InterruptedException {
        DataSource left = keyed(join.left()).orElse(null);
        DataSource right = keyed(join.right()).orElse(null);
        if (left == null || right == null) return;
        int one = topics.size(left.topic()).map(ClusterTopics.Size::partitions).orElse(0);
        int other =
                topics.size(right.topic()).map(ClusterTopics.Size::partitions).orElse(0);
        if (one == other) return;
        throw new SqlProblem("Can't join " + Names.text(left.name()) + " with " + Names.text(right.name())
                + " since the number of partitions don't match. " + Names.text(left.name()) + " partitions = " + one
                + "; " + Names.text(right.name()) + " partitions = " + other
                + ". Please repartition either one so that the number of partitions match: for a stream with CREATE "
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

    static DataSource leftmost(Plan plan) {
        return switch (plan) {
            case Plan.Source source -> source.source();
            case Plan.Filter filter -> leftmost(filter.input());
            case Plan.Flatten flatten -> leftmost(flatten.input());
            case Plan.Rekey rekey -> leftmost(rekey.input());
            case Plan.Aggregate aggregate -> leftmost(aggregate.input());
            case Plan.Join join -> leftmost(join.left());
        };
    }

    /// Whether a query without this plan's state can go on with that of another one: it has none.
    static boolean hasState(Plan plan) {
        return switch (plan) {
            case Plan.Source source -> source.source().isTable();
            case Plan.Filter filter -> hasState(filter.input());
            case Plan.Flatten flatten -> hasState(flatten.input());
            case Plan.Rekey rekey -> hasState(rekey.input());
            case Plan.Aggregate _, Plan.Join _ -> true;
        };
    }
}
