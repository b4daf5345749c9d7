package barnabas.sql.analysis;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.expressions.CallCompiler;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Query.JoinKind;
import barnabas.sql.syntax.Query.Relation;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sources of a query and the joins between them.
final class JoinAnalysis {
    private static final String CLAUSE = "JOIN ON";

    private final Catalog catalog;
    private final FunctionRegistry functions;

    JoinAnalysis(Catalog catalog, FunctionRegistry functions) {
        this.catalog = catalog;
        this.functions = functions;
    }

    Plan relation(Relation relation) {
        return switch (relation) {
            case Relation.Named named -> SourceShapes.plan(catalog.source(named.name(), named.at()), named.alias());
            case Relation.Join join -> join(join);
        };
    }

    /// A side of a join: its plan and its half of the criteria.
    private record Side(Plan plan, Expression expression, Typed typed) {
        /// Whether the plan's key is what the expression says.
        boolean isKeyed() {
            Shape shape = plan.shape();
            return shape.keys().size() == 1
                    && place() >= 0
                    && shape.keys().getFirst().places().contains(place());
        }

        /// Place of the column that the expression is; -1 for others.
        int place() {
            return expression instanceof Expression.Column column
                    ? plan.shape().scope().index(column, CLAUSE)
                    : -1;
        }
    }

    private Plan join(Relation.Join join) {
        Plan left = relation(join.left());
        Plan right = relation(join.right());
        checkAliases(join, left, right);
        if (!(join.criteria() instanceof Expression.Binary equal) || equal.operator() != Expression.Operator.EQUAL) {
            throw unsupported(join.criteria());
        }
        boolean straight = belongs(equal.left(), left) && belongs(equal.right(), right);
        if (!straight && !(belongs(equal.right(), left) && belongs(equal.left(), right))) {
            checkColumns(equal, left.shape().scope(), right.shape().scope());
            throw new SqlProblem(
                    equal.at(),
                    "Invalid comparison expression '" + equal
                            + "' in join. Each side of the join must reference exactly one source and not the same source.");
        }
        Side leftSide = side(left, straight ? equal.left() : equal.right());
        Side rightSide = side(right, straight ? equal.right() : equal.left());
        if (!leftSide.typed().type().equals(rightSide.typed().type())) {
            throw new SqlProblem(
                    equal.at(),
                    "Invalid join condition: types don't match. Got " + equal.left() + "{"
                            + (straight ? leftSide : rightSide).typed().type() + "} = " + equal.right() + "{"
                            + (straight ? rightSide : leftSide).typed().type() + "}.");
        }
        JoinRules.check(join, left.shape(), right.shape());
        return joined(join, leftSide, rightSide);
    }

    private static SqlProblem unsupported(Expression criteria) {
        boolean several = criteria instanceof Expression.Binary binary
                && (binary.operator() == Expression.Operator.AND || binary.operator() == Expression.Operator.OR);
        String why = several
                ? "joins on multiple conditions are not yet supported"
                : "only equality join criteria is supported";
        return new SqlProblem(
                criteria.at(),
                "Invalid join condition: " + why + ". Got " + criteria + ". Unsupported join expression: joins need one"
                        + " equality between a column of each side");
    }

    private static void checkAliases(Relation.Join join, Plan left, Plan right) {
        var aliases = new LinkedHashSet<String>();
        for (Scope.Entry each : left.shape().scope().entries()) if (each.source() != null) aliases.add(each.source());
        for (Scope.Entry each : right.shape().scope().entries()) {
            if (each.source() != null && aliases.contains(each.source())) {
                throw new SqlProblem(
                        join.at(),
                        "Each side of the join must have a unique alias: " + each.source()
                                + " is used twice. Can not join '" + each.source() + "' to '" + each.source()
                                + "': self joins are not yet supported.");
            }
        }
    }

    private Side side(Plan plan, Expression expression) {
        return new Side(
                plan, expression, new ExpressionCompiler(functions, plan.shape().scope(), CLAUSE).compile(expression));
    }

    /// @throws SqlProblem when a column is of neither side
    private static void checkColumns(Expression expression, Scope left, Scope right) {
        var entries = new ArrayList<>(left.entries());
        entries.addAll(right.entries());
        var both = new Scope(entries);
        for (Expression.Column each : FreeColumns.of(expression))
            if (!left.has(each) && !right.has(each) && !CallCompiler.isUnit(each, both)) both.index(each, CLAUSE);
    }

    /// Whether the expression names columns of this plan only.
    private static boolean belongs(Expression expression, Plan plan) {
        Scope scope = plan.shape().scope();
        List<Expression.Column> columns = FreeColumns.of(expression).stream()
                .filter(each -> !CallCompiler.isUnit(each, scope))
                .toList();
        return !columns.isEmpty() && columns.stream().allMatch(scope::has);
    }

    private static Plan joined(Relation.Join join, Side left, Side right) {
        Shape leftShape = left.plan().shape();
        if (leftShape.table() && right.plan().shape().table()) {
            if (!right.isKeyed())
                throw new SqlProblem(
                        join.at(),
                        "Invalid join condition: table-table joins require to join on the primary key of the right input table. Got "
                                + left.expression() + " = " + right.expression() + ".");
            if (!left.isKeyed()) return foreignKey(join, left, right);
        }
        if (!leftShape.table() && right.plan().shape().table() && !right.isKeyed())
            throw new SqlProblem(
                    join.at(),
                    "Invalid join condition: stream-table joins require to join on the table's primary key. Got "
                            + left.expression() + " = " + right.expression() + ".");
        Plan leftPlan = left.isKeyed() ? left.plan() : rekeyed(left);
        Plan rightPlan = right.isKeyed() ? right.plan() : rekeyed(right);
        boolean synthetic = join.kind() == JoinKind.OUTER || (left.place() < 0 && right.place() < 0);
        Shape shape = shape(join, left, right, synthetic, false);
        return new Plan.Join(shape, join.kind(), leftPlan, rightPlan, join.within(), null, synthetic);
    }

    private static Plan foreignKey(Relation.Join join, Side left, Side right) {
        if (join.kind() != JoinKind.INNER && join.kind() != JoinKind.LEFT)
            throw new SqlProblem(
                    join.at(),
                    "Invalid join type: " + (join.kind() == JoinKind.RIGHT ? "right-outer" : "full-outer")
                            + " join not supported for foreign-key table-table join. Got "
                            + left.expression() + " = " + right.expression() + ".");
        Shape shape = shape(join, left, right, false, true);
        return new Plan.Join(shape, join.kind(), left.plan(), right.plan(), null, left.typed(), false);
    }

    private static Plan rekeyed(Side side) {
        Shape shape = side.plan().shape();
        if (shape.window() != null)
            throw new SqlProblem(
                    side.expression().at(),
                    "A windowed source can only be joined by its key: it cannot be partitioned by another column.");
        var key = new Shape.Key(
                side.expression().toString(), side.typed().type(), side.place() < 0 ? Set.of() : Set.of(side.place()));
        var keyed = new Shape(shape.scope(), false, List.of(key), shape.visible(), null, shape.formats());
        return new Plan.Rekey(keyed, side.plan(), List.of(), List.of(side.typed()));
    }

    private static Shape shape(Relation.Join join, Side left, Side right, boolean synthetic, boolean foreign) {
        Shape leftShape = left.plan().shape();
        Shape rightShape = right.plan().shape();
        int width = leftShape.width();
        var entries = new ArrayList<>(leftShape.scope().entries());
        entries.addAll(rightShape.scope().entries());
        var visible = new ArrayList<>(leftShape.visible());
        for (int each : rightShape.visible()) visible.add(width + each);
        List<Shape.Key> keys;
        if (foreign) {
            keys = leftShape.keys().stream().map(each -> named(each, leftShape)).toList();
        } else {
            var places = new LinkedHashSet<Integer>();
            String label = left.expression() + " or " + right.expression();
            if (synthetic) {
                label = free("ROWKEY", entries);
                places.add(entries.size());
                // The key of a join before this one has no name of its own.
                visible.removeIf(each -> entries.get(each).source() == null);
                visible.addFirst(entries.size());
                entries.add(new Scope.Entry(null, label, left.typed().type()));
            } else {
                var ofLeft = places(left, 0);
                var ofRight = places(right, width);
                places.addAll(join.kind() == JoinKind.RIGHT ? ofRight : ofLeft);
                places.addAll(ofLeft);
                places.addAll(ofRight);
            }
            var both = new Scope(entries);
            keys = List.of(new Shape.Key(
                    label, left.typed().type(), places, synthetic ? Set.of() : texts(join.kind(), left, right, both)));
        }
        boolean table = leftShape.table() && rightShape.table();
        return new Shape(new Scope(entries), table, keys, visible, leftShape.window(), leftShape.formats());
    }

    /// Texts of the side that is no column, when each row of the result has it.
    private static Set<String> texts(JoinKind kind, Side left, Side right, Scope scope) {
        if (left.place() < 0 && kind != JoinKind.RIGHT) return Set.of(Canonical.text(left.expression(), scope));
        if (right.place() < 0 && (kind == JoinKind.INNER || kind == JoinKind.RIGHT))
            return Set.of(Canonical.text(right.expression(), scope));
        return Set.of();
    }

    /// The key with the alias of its source in its label.
    private static Shape.Key named(Shape.Key key, Shape shape) {
        if (key.places().size() != 1) return key;
        Scope.Entry entry = shape.scope().entries().get(key.places().iterator().next());
        String label = entry.source() == null ? key.label() : entry.source() + "." + Names.text(entry.name());
        return new Shape.Key(label, key.type(), key.places());
    }

    /// The name, with a number behind it when a source has such a column.
    private static String free(String name, List<Scope.Entry> entries) {
        String free = name;
        for (int i = 1; ; i++) {
            String wanted = free;
            if (entries.stream()
                    .noneMatch(each -> each.source() != null && each.name().equals(wanted))) return free;
            free = name + "_" + i;
        }
    }

    private static List<Integer> places(Side side, int offset) {
        var places = new ArrayList<Integer>();
        if (side.isKeyed()) {
            for (int each : side.plan().shape().keys().getFirst().places()) places.add(offset + each);
        } else if (side.place() >= 0) {
            places.add(offset + side.place());
        }
        return places;
    }

    static @Nullable SqlType keyType(Shape shape) {
        return shape.keys().size() == 1 ? shape.keys().getFirst().type() : null;
    }
}
