package barnabas.sql.analysis;

import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.plan.Shape;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.Query.JoinKind;
import barnabas.sql.syntax.Query.Relation;
import barnabas.sql.syntax.SqlProblem;

/// Joins that are possible between streams and tables.
final class JoinRules {
    private JoinRules() {}

    static void check(Relation.Join join, Shape left, Shape right) {
        if (!left.table() && !right.table()) streams(join);
        else if (left.table() && !right.table()) {
            throw new SqlProblem(
                    join.at(),
                    "Invalid join order: table-stream joins are not supported; only stream-table joins. Swap the two sides.");
        } else if (!left.table()) streamAndTable(join);
        else if (join.within() != null) {
            throw new SqlProblem(join.at(), "A Table-Table join has no window: remove WITHIN.");
        }
        if (!WindowInfo.fit(left.window(), right.window())) {
            throw new SqlProblem(
                    join.at(),
                    "Incompatible windowed sources. Left source: " + WindowInfo.text(left.window()) + ", right source: "
                            + WindowInfo.text(right.window())
                            + ". Windowed sources can only be joined to other windowed sources of the same kind.");
        }
    }

    private static void streams(Relation.Join join) {
        Query.Within within = join.within();
        if (within == null) {
            throw new SqlProblem(
                    join.at(), "Stream-Stream joins must have a WITHIN clause specified, as in WITHIN 1 HOURS.");
        }
        if (within.grace() != null && within.grace().isNegative())
            throw new SqlProblem(join.at(), "GRACE PERIOD must not be negative");
    }

    private static void streamAndTable(Relation.Join join) {
        if (join.within() != null) {
            throw new SqlProblem(join.at(), "A Stream-Table join has no window: remove WITHIN.");
        }
        if (join.kind() == JoinKind.OUTER) {
            throw new SqlProblem(
                    join.at(),
                    "Full outer joins between streams and tables (stream: left, table: right) are not supported.");
        }
        if (join.kind() == JoinKind.RIGHT) {
            throw new SqlProblem(
                    join.at(),
                    "Right outer joins between streams and tables (stream: left, table: right) are not supported.");
        }
    }
}
