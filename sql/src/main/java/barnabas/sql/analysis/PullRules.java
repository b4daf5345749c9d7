package barnabas.sql.analysis;

import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules of queries without EMIT.
public final class PullRules {
    private static final Set<String> PLACES = Set.of("ROWPARTITION", "ROWOFFSET");

    private PullRules() {}

    /// @throws SqlProblem when a query without EMIT has a clause that means nothing there
    public static void check(Query query) {
        if (query.emit() == Query.Emit.NONE && query.clauses().partitionBy() != null)
            throw new SqlProblem(
                    query.at(),
                    "Pull queries don't support PARTITION BY clauses: their rows go to the one who asks, and to no"
                            + " partitions.");
    }

    /// @throws SqlProblem when a query that joins or aggregates asks for places of records, which its computation has
    ///     not
    public static void checkComputed(Query query) {
        Expression.Column place = place(query).orElse(null);
        if (place != null)
            throw new SqlProblem(place.at(), "Pull queries with JOIN or GROUP BY don't support " + place.name() + ".");
    }

    /// Whether the query asks for places of records.
    public static boolean readsPlaces(Query query) {
        return place(query).isPresent();
    }

    private static Optional<Expression.Column> place(Query query) {
        var all = new ArrayList<Expression>();
        for (Query.Item each : query.items()) {
            switch (each) {
                case Query.Item.Single single -> all.add(single.expression());
                case Query.Item.AllFields fields -> all.add(fields.base());
                case Query.Item.All _ -> {}
            }
        }
        Query.Clauses clauses = query.clauses();
        if (clauses.where() != null) all.add(clauses.where());
        if (clauses.partitionBy() != null) all.addAll(clauses.partitionBy());
        if (clauses.groupBy() != null) all.addAll(clauses.groupBy());
        if (clauses.having() != null) all.add(clauses.having());
        criteria(query.from(), all);
        for (Expression expression : all)
            for (Expression.Column each : FreeColumns.of(expression))
                if (PLACES.contains(each.name())) return Optional.of(each);
        return Optional.empty();
    }

    private static void criteria(Query.Relation relation, List<Expression> all) {
        if (!(relation instanceof Query.Relation.Join join)) return;
        all.add(join.criteria());
        criteria(join.left(), all);
        criteria(join.right(), all);
    }
}
