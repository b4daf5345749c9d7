package barnabas.sql.engine;

import barnabas.sql.plan.Plan;
import barnabas.sql.statements.JoinPartitions;

/// Questions that an engine asks about the plan of a query.
final class Partitions {
    private Partitions() {}

    /// @throws barnabas.sql.syntax.SqlProblem when two sides of a join differ
    static void check(Plan plan, ClusterTopics topics) throws InterruptedException {
        JoinPartitions.check(plan, topic -> topics.size(topic).map(ClusterTopics.Size::partitions));
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
