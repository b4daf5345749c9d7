package barnabas.sql.expressions;

import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Timestamps;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.Set;

/// Compiles comparisons. A comparison with null is false, but for IS DISTINCT FROM.
final class Comparisons {
    private static final Set<String> TIMES = Set.of("ROWTIME", "WINDOWSTART", "WINDOWEND");

    private final ExpressionCompiler compiler;

    Comparisons(ExpressionCompiler compiler) {
        this.compiler = compiler;
    }

    Typed comparison(Expression.Binary binary) {
        Typed left = moment(binary.left(), binary.right());
        Typed right = moment(binary.right(), binary.left());
        Expression.Operator operator = binary.operator();
        if (left.type() == SqlType.NULL || right.type() == SqlType.NULL) return withNull(binary, left, right);
        Comparison comparison = between(binary, left, right);
        boolean distinct = operator == Expression.Operator.DISTINCT || operator == Expression.Operator.NOT_DISTINCT;
        return Typed.of(SqlType.BOOLEAN, row -> {
            Object first = left.evaluation().of(row);
            Object second = right.evaluation().of(row);
            if (first == null || second == null) {
                return distinct
                        && ((first == null && second == null) == (operator == Expression.Operator.NOT_DISTINCT));
            }
            return holds(operator, comparison.comparator().compare(first, second));
        });
    }

    /// A text beside a pseudo-column of times is a time.
    private Typed moment(Expression expression, Expression beside) {
        if (expression instanceof Expression.Literal literal
                && literal.value() instanceof String text
                && beside instanceof Expression.Column column
                && TIMES.contains(column.name())) {
            try {
                return Typed.literal(SqlType.BIGINT, Timestamps.parse(text).toEpochMilli());
            } catch (ValueProblem e) {
                throw new SqlProblem(literal.at() + ": Failed to parse timestamp '" + text + "': " + e.getMessage(), e);
            }
        }
        return compiler.compile(expression);
    }

    private static Typed withNull(Expression.Binary binary, Typed left, Typed right) {
        Expression.Operator operator = binary.operator();
        boolean distinct = operator == Expression.Operator.DISTINCT;
        if (!distinct && operator != Expression.Operator.NOT_DISTINCT)
            throw new SqlProblem(
                    binary.at(),
                    "Comparison with NULL not supported: " + left.type().base() + " " + operator.text() + " "
                            + right.type().base() + ". Use IS NULL or IS NOT NULL.");
        Typed known = left.type() == SqlType.NULL ? right : left;
        return Typed.of(SqlType.BOOLEAN, row -> (known.evaluation().of(row) != null) == distinct);
    }

    private static Comparison between(Expression.Binary binary, Typed left, Typed right) {
        Expression.Operator operator = binary.operator();
        boolean ordering = operator.isOrdering();
        try {
            Comparison comparison = Comparison.between(left.type(), right.type());
            if (comparison.ordered() || !ordering) return comparison;
        } catch (TypeProblem e) {
            throw new SqlProblem(mismatch(binary, left, right), e);
        }
        throw new SqlProblem(mismatch(binary, left, right));
    }

    private static String mismatch(Expression.Binary binary, Typed left, Typed right) {
        return binary.at() + ": Operator " + name(binary.operator()) + " cannot be used to compare " + binary.left()
                + " (" + left.type() + ") to " + binary.right() + " (" + right.type() + ").";
    }

    private static String name(Expression.Operator operator) {
        return switch (operator) {
            case LESS -> "LESS_THAN";
            case LESS_OR_EQUAL -> "LESS_THAN_OR_EQUAL";
            case GREATER -> "GREATER_THAN";
            case GREATER_OR_EQUAL -> "GREATER_THAN_OR_EQUAL";
            case DISTINCT -> "IS_DISTINCT_FROM";
            case NOT_DISTINCT, EQUAL, NOT_EQUAL, ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULUS, CONCATENATE, AND, OR ->
                operator.name();
        };
    }

    private static boolean holds(Expression.Operator operator, int order) {
        return switch (operator) {
            case EQUAL, NOT_DISTINCT -> order == 0;
            case NOT_EQUAL, DISTINCT -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULUS, CONCATENATE, AND, OR ->
                throw new IllegalArgumentException(operator.text());
        };
    }

    Typed in(Expression.In in) {
        var all = new ArrayList<Typed>();
        all.add(compiler.compile(in.operand()));
        for (Expression each : in.choices()) all.add(compiler.compile(each));
        var same = compiler.sameType(all);
        if (same.getFirst().type() == SqlType.NULL) return Typed.of(SqlType.BOOLEAN, row -> false);
        Comparison comparison =
                Comparison.between(same.getFirst().type(), same.getFirst().type());
        return Typed.of(SqlType.BOOLEAN, row -> {
            Object wanted = same.getFirst().evaluation().of(row);
            if (wanted == null) return false;
            for (int i = 1; i < same.size(); i++) {
                Object choice = same.get(i).evaluation().of(row);
                if (choice != null && comparison.comparator().compare(wanted, choice) == 0) return true;
            }
            return false;
        });
    }
}
