package barnabas.sql.analysis;

import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.expressions.CallCompiler;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// GROUP BY: makes one column for each expression that is grouped by and one for each aggregate, and puts them in their
/// place in the projection and in HAVING.
final class AggregateAnalysis {
    private static final String GROUP = "GROUP BY expression ";
    private static final String AGGREGATE = "KSQL_AGG_VARIABLE_";

    private final FunctionRegistry functions;
    private final Plan input;
    private final Query query;
    private final Scope scope;
    private final ExpressionCompiler compiler;
    private final Map<String, Expression.Column> replacements = new LinkedHashMap<>();
    private final List<Scope.Entry> entries = new ArrayList<>();
    private final List<Plan.Aggregated> aggregates = new ArrayList<>();
    private final Set<String> notUndone = new LinkedHashSet<>();

    AggregateAnalysis(FunctionRegistry functions, Plan input, Query query) {
        this.functions = functions;
        this.input = input;
        this.query = query;
        scope = input.shape().scope();
        compiler = new ExpressionCompiler(functions, scope, "GROUP BY");
    }

    /// The plan of the aggregation and the items over its columns.
    record Grouped(Plan plan, List<Projection.Named> items) {}

    Grouped grouped(List<Projection.Named> items) {
        List<Expression> groupBy = query.clauses().groupBy();
        if (groupBy == null || groupBy.isEmpty())
            throw new SqlProblem(
                    query.at(),
                    "Use of aggregate functions requires a GROUP BY clause. Aggregate function(s): " + first(items));
        var groups = new ArrayList<Typed>();
        var keys = new ArrayList<Shape.Key>();
        for (Expression each : groupBy) {
            Expression.Call call = call(each);
            if (call != null)
                throw new SqlProblem(
                        call.at(),
                        "GROUP BY does not support aggregate functions: " + call.name() + " is an aggregate function.");
            Typed typed = compiler.compile(each);
            checkGroup(each, typed);
            String text = Canonical.text(each, scope);
            if (replacements.containsKey(text))
                throw new SqlProblem(each.at(), "Duplicate GROUP BY expression: " + each);
            keys.add(new Shape.Key(each.toString(), typed.type(), Set.of(entries.size())));
            replacements.put(text, column(each, keyName(each, items), typed.type()));
            groups.add(typed);
        }
        var replaced = new ArrayList<Projection.Named>();
        for (Projection.Named each : items) replaced.add(new Projection.Named(each.name(), over(each.expression())));
        Expression having = query.clauses().having();
        Expression condition = having == null ? null : over(having);
        if (aggregates.isEmpty())
            throw new SqlProblem(
                    query.at(),
                    "GROUP BY requires aggregate functions in either the SELECT or HAVING clause. Use PARTITION BY to give a stream another key.");
        entries.add(new Scope.Entry(null, Column.ROWTIME, SqlType.BIGINT));
        if (query.window() != null) {
            entries.add(new Scope.Entry(null, Column.WINDOWSTART, SqlType.BIGINT));
            entries.add(new Scope.Entry(null, Column.WINDOWEND, SqlType.BIGINT));
        }
        Shape shape = new Shape(
                new Scope(entries),
                true,
                keys,
                List.of(),
                window(query.window()),
                input.shape().formats());
        checkColumns(replaced, shape, "SELECT");
        checkUndo();
        boolean atEnd = query.emit() == Query.Emit.FINAL;
        Plan plan = new Plan.Aggregate(
                shape,
                input,
                new Plan.Groups(groups, isKey(groupBy), columns(items)),
                aggregates,
                query.window(),
                atEnd);
        if (condition != null) {
            checkColumns(List.of(new Projection.Named("", condition)), shape, "HAVING");
            Typed typed = new ExpressionCompiler(functions, shape.scope(), "HAVING").condition(condition);
            plan = new Plan.Filter(shape, plan, typed);
        }
        return new Grouped(plan, replaced);
    }

    /// Columns of the input that the query uses.
    private Set<String> columns(List<Projection.Named> items) {
        var expressions = new ArrayList<>(
                List.copyOf(Objects.requireNonNullElse(query.clauses().groupBy(), List.of())));
        for (Projection.Named each : items) expressions.add(each.expression());
        for (Expression each :
                new Expression[] {query.clauses().where(), query.clauses().having()})
            if (each != null) expressions.add(each);
        var columns = new TreeSet<String>();
        for (Expression each : expressions)
            for (Expression.Column column : FreeColumns.of(each))
                if (scope.has(column)) columns.add(Canonical.text(column, scope));
        return columns;
    }

    /// Whether the input is a stream whose key is these expressions, in their order.
    private boolean isKey(List<Expression> groupBy) {
        List<Shape.Key> keys = input.shape().keys();
        if (input.shape().table() || input.shape().window() != null || keys.size() != groupBy.size()) return false;
        for (int i = 0; i < keys.size(); i++) {
            if (!(groupBy.get(i) instanceof Expression.Column column)) return false;
            if (!keys.get(i).places().contains(scope.index(column, "GROUP BY"))) return false;
        }
        return true;
    }

    /// Name of the first aggregate function of the projection, or of HAVING.
    private String first(List<Projection.Named> items) {
        for (Projection.Named each : items) {
            Expression.Call call = call(each.expression());
            if (call != null) return call.name();
        }
        Expression having = query.clauses().having();
        Expression.Call call = having == null ? null : call(having);
        return call == null ? "" : call.name();
    }

    private Expression.@Nullable Call call(Expression expression) {
        if (expression instanceof Expression.Call call
                && functions.find(call.name()).orElse(null) instanceof AggregateFunction) return call;
        for (Expression each : expression.parts()) {
            Expression.Call found = call(each);
            if (found != null) return found;
        }
        return null;
    }

    private static void checkGroup(Expression expression, Typed typed) {
        if (typed.type() == SqlType.NULL) throw new SqlProblem(expression.at(), "GROUP BY does not support NULL");
        KeyTypes.check(expression, typed.type());
    }

    static boolean hasMap(SqlType type) {
        return switch (type) {
            case SqlType.Map _ -> true;
            case SqlType.Array array -> hasMap(array.element());
            case SqlType.Structure structure -> structure.fields().stream().anyMatch(each -> hasMap(each.type()));
            case SqlType.Primitive _, SqlType.Decimal _ -> false;
        };
    }

    static @Nullable WindowInfo window(Query.@Nullable Window window) {
        if (window == null) return null;
        boolean session = window.kind() == Query.WindowKind.SESSION;
        return new WindowInfo(window.kind(), session ? null : window.size().toMillis());
    }

    private String keyName(Expression group, List<Projection.Named> items) {
        String text = Canonical.text(group, scope);
        for (Projection.Named each : items)
            if (Canonical.text(each.expression(), scope).equals(text)) return each.name();
        return GROUP + group;
    }

    private Expression.Column column(Expression expression, String name, SqlType type) {
        String free = name;
        while (true) {
            String wanted = free;
            if (entries.stream().noneMatch(each -> each.name().equals(wanted))) break;
            free = free + "_";
        }
        entries.add(new Scope.Entry(null, free, type));
        return new Expression.Column(expression.at(), null, free);
    }

    /// The expression over the columns of groups and aggregates.
    private Expression over(Expression expression) {
        return over(expression, Set.of());
    }

    /// @param parameters of lambdas around the expression
    private Expression over(Expression expression, Set<String> parameters) {
        Expression.Column known = replacements.get(Canonical.text(expression, scope));
        if (known != null && !FreeColumns.uses(expression, parameters)) return known;
        if (expression instanceof Expression.Call call
                && functions.find(call.name()).orElse(null) instanceof AggregateFunction function) {
            return aggregate(call, function);
        }
        Set<String> inner = FreeColumns.within(expression, parameters);
        return expression.with(part -> over(part, inner));
    }

    private Expression.Column aggregate(Expression.Call call, AggregateFunction function) {
        for (Expression each : call.arguments()) checkNested(call, each);
        var arguments = new CallCompiler(new ExpressionCompiler(functions, scope, "SELECT"))
                .arguments(takesNone(function) ? call : withArgument(call));
        AggregateFunction.Aggregation resolved;
        try {
            resolved = function.resolve(arguments.known());
        } catch (FunctionProblem e) {
            throw new SqlProblem(call.at() + ": " + e.getMessage(), e);
        }
        if (!resolved.undoes()) notUndone.add(call.name());
        Expression.Column column = column(call, AGGREGATE + aggregates.size(), resolved.returnType());
        aggregates.add(new Plan.Aggregated(resolved, arguments::of, Canonical.text(call, scope)));
        replacements.put(Canonical.text(call, scope), column);
        return column;
    }

    private static boolean takesNone(AggregateFunction function) {
        try {
            function.resolve(List.of());
            return true;
        } catch (FunctionProblem _) {
            return false;
        }
    }

    /// Without an argument an aggregate other than COUNT is one of the row's time: `MAX(*)`.
    private static Expression.Call withArgument(Expression.Call call) {
        if (!call.arguments().isEmpty()) return call;
        var time = new Expression.Column(call.at(), null, Column.ROWTIME);
        return new Expression.Call(call.at(), call.name(), List.of(time));
    }

    /// A table's rows leave their groups again, which some aggregates cannot follow.
    private void checkUndo() {
        if (!input.shape().table() || notUndone.isEmpty()) return;
        throw new SqlProblem(
                query.at(),
                "The aggregation function(s) (" + String.join(", ", notUndone)
                        + ") cannot be applied to a table source, only to a stream source.");
    }

    private void checkNested(Expression.Call outer, Expression expression) {
        if (expression instanceof Expression.Column column && Column.isBound(column.name()) && !scope.has(column))
            throw new SqlProblem(
                    column.at(),
                    "Window bounds column " + column.name()
                            + " can not be used as the argument to an aggregate function.");
        if (expression instanceof Expression.Call call
                && functions.find(call.name()).orElse(null) instanceof AggregateFunction) {
            throw new SqlProblem(call.at(), "Aggregate functions can not be nested: " + outer);
        }
        for (Expression each : expression.parts()) checkNested(outer, each);
    }

    /// Columns that are neither grouped by nor inside an aggregate have no one value.
    private void checkColumns(List<Projection.Named> items, Shape shape, String clause) {
        var shown = new LinkedHashSet<String>();
        Position at = query.at();
        for (Projection.Named each : items) {
            Expression.Column free = free(each.expression(), shape.scope());
            if (free == null) continue;
            if (!scope.has(free)) scope.index(free, clause);
            if (free.name().startsWith(QueryAnalysis.OF_TABLE_FUNCTION))
                throw new SqlProblem(
                        free.at(),
                        "Table functions cannot be used with aggregations. Use them in GROUP BY, or in a stream of their own.");
            if (shown.isEmpty()) at = free.at();
            boolean several = query.from() instanceof Query.Relation.Join;
            shown.add(several || free.source() == null ? free.toString() : Names.text(free.name()));
        }
        if (shown.isEmpty()) return;
        throw new SqlProblem(
                at,
                "Non-aggregate " + clause + (clause.equals("SELECT") ? " expression(s)" : " expression")
                        + " not part of GROUP BY: " + String.join(", ", shown)
                        + ". Group by them, aggregate them, or take them out of the " + clause + ".");
    }

    private Expression.@Nullable Column free(Expression expression, Scope grouped) {
        for (Expression.Column each : FreeColumns.of(expression))
            if (!grouped.has(each) && !CallCompiler.isUnit(each, scope)) return each;
        return null;
    }
}
