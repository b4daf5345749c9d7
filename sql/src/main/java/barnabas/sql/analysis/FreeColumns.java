package barnabas.sql.analysis;

import barnabas.sql.syntax.Expression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Columns that an expression names, without the parameters of its lambdas.
final class FreeColumns {
    private FreeColumns() {}

    static List<Expression.Column> of(Expression expression) {
        var found = new ArrayList<Expression.Column>();
        collect(expression, Set.of(), found);
        return found;
    }

    /// Whether the expression uses one of these parameters of a lambda around it.
    static boolean uses(Expression expression, Set<String> parameters) {
        return !parameters.isEmpty() && of(expression).stream().anyMatch(each -> isOne(each, parameters));
    }

    /// The parameters inside of the expression, which has these around it.
    static Set<String> within(Expression expression, Set<String> parameters) {
        if (!(expression instanceof Expression.Lambda lambda)) return parameters;
        var inner = new HashSet<>(parameters);
        inner.addAll(lambda.parameters());
        return inner;
    }

    private static void collect(Expression expression, Set<String> parameters, List<Expression.Column> found) {
        if (expression instanceof Expression.Column column && !isOne(column, parameters)) found.add(column);
        Set<String> inner = within(expression, parameters);
        for (Expression each : expression.parts()) collect(each, inner, found);
    }

    private static boolean isOne(Expression.Column column, Set<String> parameters) {
        return column.source() == null && parameters.contains(column.name());
    }
}
