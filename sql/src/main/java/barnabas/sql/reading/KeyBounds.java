package barnabas.sql.reading;

import barnabas.sql.expressions.Conversions;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys that a WHERE clause names: `key = value`, `key IN (values)`, joined by AND, for each column of the key.
final class KeyBounds {
    private static final int KEYS_MAX = 10_000;

    private final FunctionRegistry functions;
    private final Map<String, List<@Nullable Object>> values = new HashMap<>();
    private final Map<String, Column> columns = new HashMap<>();

    private KeyBounds(FunctionRegistry functions, List<Column> keys) {
        this.functions = functions;
        for (Column each : keys) columns.put(each.name(), each);
    }

    /// @return empty when the clause leaves a column of the key open
    static Optional<List<Row>> of(@Nullable Expression where, List<Column> keys, FunctionRegistry functions) {
        if (where == null || keys.isEmpty()) return Optional.empty();
        var bounds = new KeyBounds(functions, keys);
        bounds.collect(where);
        List<Row> rows = List.of(new Row());
        for (Column each : keys) {
            List<@Nullable Object> found = bounds.values.get(each.name());
            if (found == null) return Optional.empty();
            var longer = new ArrayList<Row>();
            for (Row row : rows) for (Object value : new LinkedHashSet<>(found)) longer.add(row.with(value));
            if (longer.size() > KEYS_MAX)
                throw new SqlProblem(where.at(), "The WHERE clause names more than " + KEYS_MAX + " keys");
            rows = longer;
        }
        return Optional.of(rows);
    }

    private void collect(Expression expression) {
        switch (expression) {
            case Expression.Binary binary
            when binary.operator() == Expression.Operator.AND -> {
                collect(binary.left());
                collect(binary.right());
            }
            case Expression.Binary binary
            when binary.operator() == Expression.Operator.EQUAL -> {
                if (!bound(binary.left(), List.of(binary.right()))) bound(binary.right(), List.of(binary.left()));
            }
            case Expression.In in -> bound(in.operand(), in.choices());
            default -> {}
        }
    }

    private boolean bound(Expression column, List<Expression> choices) {
        if (!(column instanceof Expression.Column named)) return false;
        Column key = columns.get(named.name());
        if (key == null || values.containsKey(key.name())) return false;
        var found = new ArrayList<@Nullable Object>();
        for (Expression each : choices) {
            try {
                Typed typed = new ExpressionCompiler(functions, new Scope(List.of()), "WHERE").compile(each);
                Object value = Conversions.to(typed, key.type()).evaluation().of(new @Nullable Object[0]);
                if (value != null) found.add(value);
            } catch (SqlProblem | TypeProblem | ValueProblem e) {
                return false;
            }
        }
        values.put(key.name(), found);
        return true;
    }
}
