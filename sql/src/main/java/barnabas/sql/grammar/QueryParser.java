package barnabas.sql.grammar;

import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.Query.Item;
import barnabas.sql.syntax.Query.Relation;
import barnabas.sql.syntax.SqlProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a SELECT.
final class QueryParser {
    private final TokenReader in;
    private final ExpressionParser expressions;

    QueryParser(TokenReader in, ExpressionParser expressions) {
        this.in = in;
        this.expressions = expressions;
    }

    Query query() {
        Position at = in.position();
        in.expect("SELECT");
        var items = new ArrayList<Item>();
        do items.add(item());
        while (in.accept(","));
        in.expect("FROM");
        Relation from = relation();
        Query.Window window = in.accept("WINDOW") ? window() : null;
        Expression where = in.accept("WHERE") ? expressions.expression() : null;
        List<Expression> groupBy = null;
        List<Expression> partitionBy = null;
        Expression having = null;
        while (true) {
            if (groupBy == null && in.accept("GROUP", "BY")) groupBy = grouping();
            else if (partitionBy == null && in.accept("PARTITION", "BY")) partitionBy = grouping();
            else if (having == null && in.accept("HAVING")) having = expressions.expression();
            else if (window == null && in.accept("WINDOW")) window = window();
            else break;
        }
        Query.Emit emit = emit();
        Integer limit = in.accept("LIMIT") ? Math.toIntExact(in.integer("a number of rows")) : null;
        return new Query(at, items, from, window, new Query.Clauses(where, groupBy, partitionBy, having), emit, limit);
    }

    /// `a, b` and `(a, b)`.
    private List<Expression> grouping() {
        if (in.at("(") && isParenthesizedList()) {
            in.next();
            List<Expression> list = in.at(")") ? List.of() : expressions.list();
            in.expect(")");
            return list;
        }
        return expressions.list();
    }

    private boolean isParenthesizedList() {
        int open = 0;
        boolean comma = false;
        for (int ahead = 0; ; ahead++) {
            Token token = in.peek(ahead);
            if (token.kind() == Token.Kind.END) return false;
            if (token.is("(") || token.is("[")) open++;
            if (token.is(",") && open == 1) comma = true;
            if ((token.is(")") || token.is("]")) && --open == 0) return comma || ahead == 1;
        }
    }

    private Query.Emit emit() {
        if (!in.accept("EMIT")) return Query.Emit.NONE;
        if (in.accept("CHANGES")) return Query.Emit.CHANGES;
        if (in.accept("FINAL")) return Query.Emit.FINAL;
        throw in.unexpected("CHANGES or FINAL");
    }

    private Item item() {
        Position at = in.position();
        if (in.accept("*")) return new Item.All(at, null);
        if (in.peek().isName() && in.peek(1).is(".") && in.peek(2).is("*")) {
            String source = in.next().text();
            in.next();
            in.next();
            return new Item.All(at, source);
        }
        Expression expression = expressions.expression();
        if (in.accept("->", "*")) return new Item.AllFields(at, expression);
        return new Item.Single(at, expression, alias());
    }

    private @Nullable String alias() {
        if (in.accept("AS")) return in.identifier("a name");
        return in.isNameNext() ? in.next().text() : null;
    }

    private Relation relation() {
        Relation left = named();
        while (true) {
            Position at = in.position();
            Query.JoinKind kind = joinKind();
            if (kind == null) return left;
            Relation right = named();
            Query.Within within = in.accept("WITHIN") ? within() : null;
            if (!in.accept("ON")) throw in.unexpected("ON");
            left = new Relation.Join(at, kind, left, right, within, expressions.expression());
        }
    }

    private Query.@Nullable JoinKind joinKind() {
        if (in.at("CROSS")) throw in.unexpected("INNER, LEFT, RIGHT or FULL JOIN");
        if (in.accept("JOIN") || in.accept("INNER", "JOIN")) return Query.JoinKind.INNER;
        if (in.accept("LEFT", "JOIN") || in.accept("LEFT", "OUTER", "JOIN")) return Query.JoinKind.LEFT;
        if (in.accept("RIGHT", "JOIN") || in.accept("RIGHT", "OUTER", "JOIN")) return Query.JoinKind.RIGHT;
        if (in.accept("FULL", "JOIN") || in.accept("FULL", "OUTER", "JOIN") || in.accept("OUTER", "JOIN"))
            return Query.JoinKind.OUTER;
        return null;
    }

    private Relation named() {
        Position at = in.position();
        if (in.accept("(")) {
            Relation inner = relation();
            in.expect(")");
            return inner;
        }
        String name = in.name("the name of a stream or table");
        String alias = name;
        if (in.accept("AS")) alias = in.name("an alias");
        else if (in.isNameNext() && !in.at("WITHIN")) alias = in.next().text();
        return new Relation.Named(at, name, alias);
    }

    private Query.Within within() {
        Duration before;
        Duration after;
        if (in.accept("(")) {
            before = in.duration();
            in.expect(",");
            after = in.duration();
            in.expect(")");
        } else {
            before = in.duration();
            after = before;
        }
        return new Query.Within(before, after, in.accept("GRACE", "PERIOD") ? in.duration() : null);
    }

    private Query.Window window() {
        Position at = in.position();
        Token word = in.next();
        if (in.peek().isName()) {
            // A window's name.
            word = in.next();
        }
        Query.WindowKind kind = switch (word.text()) {
            case "TUMBLING" -> Query.WindowKind.TUMBLING;
            case "HOPPING" -> Query.WindowKind.HOPPING;
            case "SESSION" -> Query.WindowKind.SESSION;
            default ->
                throw new SqlProblem(
                        word.at(),
                        "Syntax Error: unexpected " + word.shown() + ", expected TUMBLING, HOPPING or SESSION");
        };
        in.expect("(");
        Duration size = null;
        Duration advance = null;
        Duration retention = null;
        Duration grace = null;
        do {
            if (kind == Query.WindowKind.SESSION && size == null) size = in.duration();
            else if (in.accept("SIZE")) size = in.duration();
            else if (in.accept("ADVANCE", "BY")) advance = in.duration();
            else if (in.accept("RETENTION")) retention = in.duration();
            else if (in.accept("GRACE", "PERIOD")) grace = in.duration();
            else throw in.unexpected("SIZE, ADVANCE BY, RETENTION or GRACE PERIOD");
        } while (in.accept(","));
        if (size == null) throw in.unexpected("SIZE");
        if (kind == Query.WindowKind.HOPPING && advance == null) throw in.unexpected("ADVANCE BY");
        in.expect(")");
        return new Query.Window(at, kind, size, advance == null ? size : advance, retention, grace);
    }
}
