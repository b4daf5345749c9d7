package barnabas.sql.functions.collection;

import barnabas.sql.functions.Argument;
import barnabas.sql.functions.Signature;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `EXPLODE` and `CUBE_EXPLODE`.
public final class Tables {
    /// 4,096 rows.
    private static final int CUBE_COLUMNS_MAX = 12;

    private Tables() {}

    public static List<SqlFunction> all() {
        return List.of(
                new Function(
                        "EXPLODE",
                        "Makes a row of every element of an array.",
                        "(array ARRAY<T>) T",
                        "EXPLODE(ARRAY[1, 2, 3]) => ARRAY[1, 2, 3]",
                        a -> a[0] instanceof List<?> list ? new ArrayList<>(list) : List.of()),
                new Function(
                        "CUBE_EXPLODE",
                        "Makes a row of every combination of columns, the others null.",
                        "(columns ARRAY<T>) ARRAY<T>",
                        "CUBE_EXPLODE(ARRAY[1, 2]) => ARRAY[ARRAY[CAST(NULL AS INT), NULL], ARRAY[NULL, 2], ARRAY[1, NULL], ARRAY[1, 2]]",
                        Tables::cube));
    }

    private static List<@Nullable Object> cube(@Nullable Object[] arguments) {
        if (!(arguments[0] instanceof List<?> columns) || columns.isEmpty()) return List.of();
        if (columns.size() > CUBE_COLUMNS_MAX)
            throw new ValueProblem("CUBE_EXPLODE: " + columns.size() + " columns, at most " + CUBE_COLUMNS_MAX);
        LinkedHashSet<@Nullable Object> rows = new LinkedHashSet<>();
        for (int chosen = 0; chosen < 1 << columns.size(); chosen++) {
            List<@Nullable Object> row = new ArrayList<>();
            for (int at = 0; at < columns.size(); at++)
                row.add((chosen >> (columns.size() - 1 - at) & 1) == 1 ? columns.get(at) : null);
            rows.add(row);
        }
        return new ArrayList<>(rows);
    }

    private record Function(Description description, Signature signature, Call call) implements TableFunction {
        Function(String name, String overview, String signature, String example, Call call) {
            this(
                    new Description(name, "Table", overview, List.of(name + signature), List.of(example)),
                    Signature.of(signature),
                    call);
        }

        @Override
        public Resolved resolve(List<Argument> arguments) {
            Signature.Match match = Signature.best(name(), List.of(signature), arguments);
            SqlType rowType = match.returnType();
            return new Resolved(rowType, given -> call.call(match.widen(given)));
        }
    }
}
