package barnabas.sql.grammar;

import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Expression.Binary;
import barnabas.sql.syntax.Expression.Literal;
import barnabas.sql.syntax.Expression.Operator;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads expressions. From weak to strong: OR, AND, NOT, predicates, `||`, `+ -`, `* / %`, signs, `[]` and `->`.
final class ExpressionParser {
    private final TokenReader in;
    private final TypeParser types;

    ExpressionParser(TokenReader in, TypeParser types) {
        this.in = in;
        this.types = types;
    }

    Expression expression() {
        TokenReader.Chain around = in.begin();
        Expression left = conjunction();
        while (in.at("OR")) {
            Position at = in.connective().at();
            left = new Binary(at, Operator.OR, left, conjunction());
        }
        in.end(around);
        return left;
    }

    /// Expressions with commas between them.
    List<Expression> list() {
        var list = new ArrayList<Expression>();
        do list.add(expression());
        while (in.accept(","));
        return list;
    }

    private Expression conjunction() {
        Expression left = negated();
        while (in.at("AND")) {
            Position at = in.connective().at();
            left = new Binary(at, Operator.AND, left, negated());
        }
        return left;
    }

    private Expression negated() {
        if (!in.at("NOT")) return predicate();
        Position at = in.next().at();
        in.down();
        Expression operand = negated();
        in.up();
        return new Expression.Not(at, operand);
    }

    private Expression predicate() {
        Expression left = concatenation();
        while (true) {
            Position at = in.position();
            Operator comparison = comparison();
            if (comparison != null) {
                in.operator();
                left = new Binary(at, comparison, left, concatenation());
            } else if (in.at("IS")) {
                in.operator();
                left = is(at, left);
            } else {
                boolean not = in.at("NOT", "BETWEEN") || in.at("NOT", "IN") || in.at("NOT", "LIKE");
                if (not) in.next();
                Expression found = range(at, left);
                if (found == null) return left;
                // BETWEEN stands for two comparisons and AND.
                for (int i = found instanceof Expression.Between ? 3 : 1; i > 0; i--) in.count();
                if (not) in.count();
                left = not ? new Expression.Not(at, found) : found;
            }
        }
    }

    private @Nullable Operator comparison() {
        if (in.peek().kind() != Token.Kind.SYMBOL) return null;
        return switch (in.peek().text()) {
            case "=" -> Operator.EQUAL;
            case "<>", "!=" -> Operator.NOT_EQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_OR_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private Expression is(Position at, Expression left) {
        boolean not = in.accept("NOT");
        if (in.accept("NULL")) return new Expression.IsNull(at, left, not);
        if (in.accept("DISTINCT")) {
            in.expect("FROM");
            return new Binary(at, not ? Operator.NOT_DISTINCT : Operator.DISTINCT, left, concatenation());
        }
        throw in.unexpected("NULL or DISTINCT FROM");
    }

    private @Nullable Expression range(Position at, Expression left) {
        if (in.accept("BETWEEN")) {
            Expression low = concatenation();
            in.expect("AND");
            return new Expression.Between(at, left, low, concatenation());
        }
        if (in.accept("IN")) {
            in.expect("(");
            List<Expression> choices = list();
            in.expect(")");
            return new Expression.In(at, left, choices);
        }
        if (in.accept("LIKE")) {
            Expression pattern = concatenation();
            String escape = in.accept("ESCAPE") ? in.string("a character in quotes") : null;
            if (escape != null && escape.length() != 1)
                throw new SqlProblem(at, "Expected escape character to be exactly one character, got: " + escape);
            return new Expression.Like(at, left, pattern, escape);
        }
        return null;
    }

    private Expression concatenation() {
        Expression left = sum();
        while (in.at("||")) {
            Position at = in.operator().at();
            left = new Binary(at, Operator.CONCATENATE, left, sum());
        }
        return left;
    }

    private Expression sum() {
        Expression left = product();
        while (in.at("+") || in.at("-")) {
            Token operator = in.operator();
            left = new Binary(operator.at(), operator.is("+") ? Operator.ADD : Operator.SUBTRACT, left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = signed();
        while (in.at("*") || in.at("/") || in.at("%")) {
            Token operator = in.operator();
            Operator kind =
                    operator.is("*") ? Operator.MULTIPLY : operator.is("/") ? Operator.DIVIDE : Operator.MODULUS;
            left = new Binary(operator.at(), kind, left, signed());
        }
        return left;
    }

    private Expression signed() {
        if (in.at("+")) {
            in.operator();
            return signed();
        }
        if (!in.at("-")) return postfix();
        Position at = in.next().at();
        Token number = in.peek();
        if (number.kind() == Token.Kind.INTEGER
                || number.kind() == Token.Kind.DECIMAL
                || number.kind() == Token.Kind.FLOATING) {
            in.next();
            return after(number(number, "-" + number.text()));
        }
        in.down();
        Expression operand = signed();
        in.up();
        return new Expression.Negation(at, operand);
    }

    private Expression postfix() {
        return after(primary());
    }

    private Expression after(Expression start) {
        Expression base = start;
        while (true) {
            Position at = in.position();
            if (in.at("[")) {
                in.operator();
                Expression index = expression();
                in.expect("]");
                base = new Expression.Subscript(at, base, index);
            } else if (in.at("->") && !in.peek(1).is("*")) {
                in.operator();
                if (!in.peek().isName()) throw in.unexpected("the name of a field");
                base = new Expression.Field(at, base, in.next().text());
            } else {
                return base;
            }
        }
    }

    private Expression primary() {
        Token token = in.peek();
        return switch (token.kind()) {
            case STRING -> new Literal(in.next().at(), SqlType.STRING, token.text());
            case INTEGER, DECIMAL, FLOATING -> number(in.next(), token.text());
            case SYMBOL -> {
                if (!token.is("(")) throw in.unexpected("an expression");
                if (isLambda()) yield lambda();
                in.next();
                Expression inner = expression();
                in.expect(")");
                yield inner;
            }
            case END -> throw in.unexpected("an expression");
            case QUOTED_NAME -> column();
            case NAME -> named(token);
        };
    }

    @SuppressWarnings("StatementSwitchToExpressionSwitch") // some cases fall through to a call or a column
    private Expression named(Token token) {
        switch (token.text()) {
            case "TRUE":
            case "FALSE":
                return new Literal(in.next().at(), SqlType.BOOLEAN, token.is("TRUE"));
            case "NULL":
                return new Literal(in.next().at(), SqlType.NULL, null);
            case "CASE":
                return caseOf();
            case "CAST":
                if (in.peek(1).is("(")) return cast();
                break;
            case "ARRAY":
                if (in.peek(1).is("[")) return array();
                break;
            case "MAP":
                if (in.peek(1).is("(")) return map();
                break;
            case "STRUCT":
                if (in.peek(1).is("(")) return struct();
                break;
            default:
                break;
        }
        if (in.peek(1).is("=>")) return lambda();
        if (in.peek(1).is("(") && !token.is("NOT") && !token.is("SELECT")) return call();
        return column();
    }

    private static Literal number(Token token, String text) {
        if (token.kind() == Token.Kind.FLOATING)
            return new Literal(token.at(), SqlType.DOUBLE, Double.parseDouble(text));
        if (token.kind() == Token.Kind.DECIMAL) {
            if (text.length() > SqlType.Decimal.PRECISION_MAX)
                throw new SqlProblem(token.at() + ": a number is too large");
            var value = new BigDecimal(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
            int scale = Math.max(0, value.scale());
            return new Literal(
                    token.at(), SqlType.decimal(Math.max(value.precision(), Math.max(scale, 1)), scale), value);
        }
        try {
            long value = Long.parseLong(text);
            return value == (int) value
                    ? new Literal(token.at(), SqlType.INTEGER, (int) value)
                    : new Literal(token.at(), SqlType.BIGINT, value);
        } catch (NumberFormatException e) {
            throw new SqlProblem(token.at() + ": Invalid numeric literal: " + text, e);
        }
    }

    private Expression column() {
        Token first = in.peek();
        if (!in.isNameNext()) throw in.unexpected("an expression");
        in.next();
        if (in.at(".") && in.peek(1).isName()) {
            in.next();
            return new Expression.Column(first.at(), first.text(), in.next().text());
        }
        return new Expression.Column(first.at(), null, first.text());
    }

    private Expression call() {
        Token name = in.next();
        in.expect("(");
        var arguments = new ArrayList<Expression>();
        if (in.at("*", ")")) {
            in.next();
        } else {
            if (in.at("DISTINCT")) throw in.unexpected("an argument (a count of different values is COUNT_DISTINCT)");
            if (!in.at(")")) arguments.addAll(list());
        }
        in.expect(")");
        return new Expression.Call(name.at(), name.text(), arguments);
    }

    private boolean isLambda() {
        int ahead = 1;
        while (in.peek(ahead).isName()) {
            ahead++;
            if (in.peek(ahead).is(")")) return in.peek(ahead + 1).is("=>");
            if (!in.peek(ahead).is(",")) return false;
            ahead++;
        }
        return false;
    }

    private Expression lambda() {
        Position at = in.position();
        var parameters = new ArrayList<String>();
        if (in.accept("(")) {
            do parameters.add(in.next().text());
            while (in.accept(","));
            in.expect(")");
        } else {
            parameters.add(in.next().text());
        }
        in.expect("=>");
        return new Expression.Lambda(at, parameters, expression());
    }

    private Expression cast() {
        Position at = in.next().at();
        in.expect("(");
        Expression operand = expression();
        in.expect("AS");
        SqlType type = types.type();
        in.expect(")");
        return new Expression.Cast(at, operand, type);
    }

    private Expression caseOf() {
        Position at = in.next().at();
        Expression operand = in.at("WHEN") ? null : expression();
        var whens = new ArrayList<Expression.When>();
        while (in.at("WHEN")) {
            Position when = in.next().at();
            Expression condition = expression();
            in.expect("THEN");
            if (operand != null) condition = new Binary(when, Operator.EQUAL, operand, condition);
            whens.add(new Expression.When(condition, expression()));
        }
        if (whens.isEmpty()) throw in.unexpected("WHEN");
        Expression otherwise = in.accept("ELSE") ? expression() : null;
        in.expect("END");
        return new Expression.Case(at, whens, otherwise);
    }

    private Expression array() {
        Position at = in.next().at();
        in.expect("[");
        List<Expression> elements = in.at("]") ? List.of() : list();
        in.expect("]");
        return new Expression.ArrayOf(at, elements);
    }

    private Expression map() {
        Position at = in.next().at();
        in.expect("(");
        var entries = new ArrayList<Expression>();
        while (!in.at(")")) {
            if (!entries.isEmpty()) in.expect(",");
            entries.add(expression());
            in.expect(":=");
            entries.add(expression());
        }
        in.expect(")");
        return new Expression.MapOf(at, entries);
    }

    private Expression struct() {
        Position at = in.next().at();
        in.expect("(");
        var names = new ArrayList<String>();
        var values = new ArrayList<Expression>();
        while (!in.at(")")) {
            if (!names.isEmpty()) in.expect(",");
            names.add(in.identifier("the name of a field"));
            in.expect(":=");
            values.add(expression());
        }
        in.expect(")");
        return new Expression.StructOf(at, names, values);
    }
}
