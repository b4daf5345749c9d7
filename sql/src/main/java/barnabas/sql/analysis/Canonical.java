package barnabas.sql.analysis;

import barnabas.sql.expressions.Scope;
import barnabas.sql.syntax.Expression;
import java.util.Map;
import java.util.Set;

/// Texts of expressions in which a column has its source, so that `A.X` and `X` are the same.
final class Canonical {
    private Canonical() {}

    static String text(Expression expression, Scope scope) {
        return qualified(expression, scope).toString();
    }

    private static Expression qualified(Expression expression, Scope scope) {
        if (!(expression instanceof Expression.Column column)) return expression.with(part -> qualified(part, scope));
        if (column.source() != null || !scope.has(column)) return column;
        Scope.Entry entry = scope.entries().get(scope.index(column, ""));
        return new Expression.Column(column.at(), entry.source(), column.name());
    }

    /// The expression with each part replaced whose text is a key of `replacements`.
    static Expression replaced(Expression expression, Scope scope, Map<String, Expression.Column> replacements) {
        return replaced(expression, scope, replacements, Set.of());
    }

    private static Expression replaced(
            Expression expression, Scope scope, Map<String, Expression.Column> replacements, Set<String> parameters) {
        Expression.Column found = replacements.get(text(expression, scope));
        if (found != null && !FreeColumns.uses(expression, parameters)) return found;
        Set<String> inner = FreeColumns.within(expression, parameters);
        return expression.with(part -> replaced(part, scope, replacements, inner));
    }
}
