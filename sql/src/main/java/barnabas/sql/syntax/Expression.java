package barnabas.sql.syntax;

import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An expression as it was written. `toString` gives its text as SQL.
public sealed interface Expression {
    Position at();

    /// Direct parts, in the order of the text.
    List<Expression> parts();

    /// The same expression with each direct part replaced.
    Expression with(UnaryOperator<Expression> replacement);

    /// A literal; `type` is [SqlType#NULL] for `NULL`.
    record Literal(Position at, SqlType type, @Nullable Object value) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of();
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return this;
        }

        @Override
        public String toString() {
            return value instanceof String text ? "'" + text.replace("'", "''") + "'" : String.valueOf(value);
        }
    }

    /// A column, or a parameter of a lambda around it.
    record Column(Position at, @Nullable String source, String name) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of();
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return this;
        }

        @Override
        public String toString() {
            return source == null ? Names.text(name) : Names.text(source) + "." + Names.text(name);
        }
    }

    record Field(Position at, Expression base, String name) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(base);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Field(at, replacement.apply(base), name);
        }

        @Override
        public String toString() {
            return base + "->" + Names.text(name);
        }
    }

    record Subscript(Position at, Expression base, Expression index) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(base, index);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Subscript(at, replacement.apply(base), replacement.apply(index));
        }

        @Override
        public String toString() {
            return base + "[" + index + "]";
        }
    }

    record Call(Position at, String name, List<Expression> arguments) implements Expression {
        @Override
        public List<Expression> parts() {
            return arguments;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Call(at, name, all(arguments, replacement));
        }

        @Override
        public String toString() {
            return name + "(" + Names.joined(arguments) + ")";
        }
    }

    record Lambda(Position at, List<String> parameters, Expression body) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(body);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Lambda(at, parameters, replacement.apply(body));
        }

        @Override
        public String toString() {
            return (parameters.size() == 1 ? parameters.getFirst() : "(" + String.join(", ", parameters) + ")") + " => "
                    + body;
        }
    }

    enum Operator {
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        MODULUS("%"),
        CONCATENATE("||"),
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        DISTINCT("IS DISTINCT FROM"),
        NOT_DISTINCT("IS NOT DISTINCT FROM"),
        AND("AND"),
        OR("OR");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        public boolean isArithmetic() {
            return switch (this) {
                case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULUS -> true;
                case CONCATENATE, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> false;
                case DISTINCT, NOT_DISTINCT, AND, OR -> false;
            };
        }

        public boolean isComparison() {
            return isOrdering() || this == EQUAL || this == NOT_EQUAL || this == DISTINCT || this == NOT_DISTINCT;
        }

        public boolean isOrdering() {
            return this == LESS || this == LESS_OR_EQUAL || this == GREATER || this == GREATER_OR_EQUAL;
        }
    }

    record Binary(Position at, Operator operator, Expression left, Expression right) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(left, right);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Binary(at, operator, replacement.apply(left), replacement.apply(right));
        }

        @Override
        public String toString() {
            return "(" + left + " " + operator.text() + " " + right + ")";
        }
    }

    record Not(Position at, Expression operand) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Not(at, replacement.apply(operand));
        }

        @Override
        public String toString() {
            return "(NOT " + operand + ")";
        }
    }

    record Negation(Position at, Expression operand) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Negation(at, replacement.apply(operand));
        }

        @Override
        public String toString() {
            return "-" + operand;
        }
    }

    record IsNull(Position at, Expression operand, boolean negated) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new IsNull(at, replacement.apply(operand), negated);
        }

        @Override
        public String toString() {
            return "(" + operand + (negated ? " IS NOT NULL)" : " IS NULL)");
        }
    }

    record Between(Position at, Expression operand, Expression low, Expression high) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand, low, high);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Between(at, replacement.apply(operand), replacement.apply(low), replacement.apply(high));
        }

        @Override
        public String toString() {
            return "(" + operand + " BETWEEN " + low + " AND " + high + ")";
        }
    }

    record In(Position at, Expression operand, List<Expression> choices) implements Expression {
        @Override
        public List<Expression> parts() {
            var parts = new ArrayList<>(choices);
            parts.addFirst(operand);
            return parts;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new In(at, replacement.apply(operand), all(choices, replacement));
        }

        @Override
        public String toString() {
            return "(" + operand + " IN (" + Names.joined(choices) + "))";
        }
    }

    /// @param escape a text of one character, null without ESCAPE
    record Like(
            Position at,
            Expression operand,
            Expression pattern,
            @Nullable String escape) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand, pattern);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Like(at, replacement.apply(operand), replacement.apply(pattern), escape);
        }

        @Override
        public String toString() {
            return "(" + operand + " LIKE " + pattern + (escape == null ? ")" : " ESCAPE '" + escape + "')");
        }
    }

    record When(Expression condition, Expression result) {}

    /// `CASE WHEN ...`, and `CASE operand WHEN value ...` as comparisons with its operand.
    record Case(Position at, List<When> whens, @Nullable Expression otherwise) implements Expression {
        @Override
        public List<Expression> parts() {
            var parts = new ArrayList<Expression>();
            for (When each : whens) {
                parts.add(each.condition());
                parts.add(each.result());
            }
            if (otherwise != null) parts.add(otherwise);
            return parts;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            var replaced = new ArrayList<When>();
            for (When each : whens)
                replaced.add(new When(replacement.apply(each.condition()), replacement.apply(each.result())));
            return new Case(at, replaced, otherwise == null ? null : replacement.apply(otherwise));
        }

        @Override
        public String toString() {
            var text = new StringBuilder("(CASE");
            for (When each : whens)
                text.append(" WHEN ").append(each.condition()).append(" THEN ").append(each.result());
            if (otherwise != null) text.append(" ELSE ").append(otherwise);
            return text.append(" END)").toString();
        }
    }

    record Cast(Position at, Expression operand, SqlType type) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(operand);
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new Cast(at, replacement.apply(operand), type);
        }

        @Override
        public String toString() {
            return "CAST(" + operand + " AS " + type + ")";
        }
    }

    record ArrayOf(Position at, List<Expression> elements) implements Expression {
        @Override
        public List<Expression> parts() {
            return elements;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new ArrayOf(at, all(elements, replacement));
        }

        @Override
        public String toString() {
            return "ARRAY[" + Names.joined(elements) + "]";
        }
    }

    /// Keys and values in turn.
    record MapOf(Position at, List<Expression> entries) implements Expression {
        @Override
        public List<Expression> parts() {
            return entries;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new MapOf(at, all(entries, replacement));
        }

        @Override
        public String toString() {
            var text = new StringBuilder("MAP(");
            for (int i = 0; i < entries.size(); i += 2)
                text.append(i == 0 ? "" : ", ")
                        .append(entries.get(i))
                        .append(":=")
                        .append(entries.get(i + 1));
            return text.append(')').toString();
        }
    }

    record StructOf(Position at, List<String> names, List<Expression> values) implements Expression {
        @Override
        public List<Expression> parts() {
            return values;
        }

        @Override
        public Expression with(UnaryOperator<Expression> replacement) {
            return new StructOf(at, names, all(values, replacement));
        }

        @Override
        public String toString() {
            var text = new StringBuilder("STRUCT(");
            for (int i = 0; i < names.size(); i++)
                text.append(i == 0 ? "" : ", ")
                        .append(Names.text(names.get(i)))
                        .append(":=")
                        .append(values.get(i));
            return text.append(')').toString();
        }
    }

    private static List<Expression> all(List<Expression> parts, UnaryOperator<Expression> replacement) {
        var replaced = new ArrayList<Expression>(parts.size());
        for (Expression each : parts) replaced.add(replacement.apply(each));
        return replaced;
    }
}
