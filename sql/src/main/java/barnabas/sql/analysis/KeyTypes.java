package barnabas.sql.analysis;

import barnabas.sql.rows.Column;
import barnabas.sql.syntax.SqlProblem;

/// Types that a key may have.
public final class KeyTypes {
    private KeyTypes() {}

    /// @throws SqlProblem when the column's type holds a map
    public static void check(Column column) {
        if (AggregateAnalysis.hasMap(column.type()))
            throw new SqlProblem(
                    "Map keys, including types that contain maps, are not supported as they may lead to unexpected behavior due to inconsistent serialization. Key column name: `"
                            + column.name() + "`. Column type: " + column.type()
                            + ". See https://github.com/confluentinc/ksql/issues/6621 for more.");
    }
}
