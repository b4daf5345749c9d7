package barnabas.sql.analysis;

import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;

/// Types that a key may have.
public final class KeyTypes {
    private KeyTypes() {}

    /// @throws SqlProblem when the column's type holds a map
    public static void check(Column column) {
        if (AggregateAnalysis.hasMap(column.type()))
            throw new SqlProblem(text("`" + column.name() + "`", column.type()));
    }

    /// @throws SqlProblem when the type of the expression, which becomes a key, holds a map
    static void check(Expression expression, SqlType type) {
        if (AggregateAnalysis.hasMap(type)) throw new SqlProblem(expression.at(), text(expression.toString(), type));
    }

    private static String text(String key, SqlType type) {
        return "A key with a map is not supported: " + key + " has type " + type
                + ", and equal maps may have different bytes. Take an array or a struct, or TO_JSON_STRING of the map.";
    }
}
