package barnabas.sql.analysis;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.expressions.CallCompiler;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.Query.Item;
import barnabas.sql.syntax.SqlProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a SELECT into a plan and the columns of its result. The steps are in the order in which rows pass
/// them: sources and joins, WHERE, table functions, PARTITION BY or GROUP BY with HAVING, projection.
public final class QueryAnalysis {
    private final Catalog catalog;
    private final FunctionRegistry functions;
    /// Beginning of the names of columns that table functions make.
    static final String OF_TABLE_FUNCTION = "KSQL_SYNTH_";

    private static final String SYNTHETIC =
            " is a synthetic key column: the key of the join is no column of a source. Select it, with an alias if wanted.";

    public QueryAnalysis(Catalog catalog, FunctionRegistry functions) {
        this.catalog = catalog;
        this.functions = functions;
    }

    public record Result(Plan plan, List<Projection.Output> outputs) {}

    /// @param target stream or table that the result goes to; null when it goes to the one who asks
    /// @throws SqlProblem when the query cannot be run
    public Result analyse(Query query, @Nullable String target) {
        boolean persistent = target != null;
        Plan plan = new JoinAnalysis(catalog, functions).relation(query.from());
        var names = new ResultNames(plan.shape().scope());
        Expression where = query.clauses().where();
        if (where != null) {
            refuseCalls(where);
            Typed condition = new ExpressionCompiler(functions, plan.shape().scope(), "WHERE").condition(where);
            plan = new Plan.Filter(plan.shape(), plan, condition);
        }
        checkClauses(query, plan.shape());
        Map<String, Expression.Column> replacements = new LinkedHashMap<>();
        Scope before = plan.shape().scope();
        plan = flattened(query, plan, replacements);
        List<Expression> partitionBy = query.clauses().partitionBy();
        if (partitionBy != null) {
            // Beside `*` the key and the items need different names; without it the key has that of its item.
            boolean star = query.items().stream().anyMatch(each -> each instanceof Item.All);
            var ofKeys = star ? names : new ResultNames(plan.shape().scope());
            plan = partitioned(partitionBy, query.items(), plan, ofKeys, replacements);
        }
        var compiler = new ExpressionCompiler(functions, plan.shape().scope(), "SELECT");
        List<Projection.Named> items = new ArrayList<>();
        for (Projection.Named each : Projection.named(query.items(), plan.shape(), names, compiler, !persistent))
            items.add(new Projection.Named(each.name(), Canonical.replaced(each.expression(), before, replacements)));
        if (query.clauses().groupBy() != null || usesAggregates(query)) {
            AggregateAnalysis.Grouped grouped =
                    new AggregateAnalysis(functions, plan, replaced(query, before, replacements)).grouped(items);
            plan = grouped.plan();
            items = grouped.items();
        } else if (query.clauses().having() != null) {
            throw new SqlProblem(query.clauses().having().at(), "HAVING requires a GROUP BY clause");
        }
        List<Projection.Output> outputs = Projection.outputs(items, plan.shape(), functions, persistent);
        if (target != null) checkKeys(keyWords(query, plan), plan.shape(), outputs, target);
        return new Result(plan, outputs);
    }

    /// The query with the columns of table functions in GROUP BY and HAVING.
    private static Query replaced(Query query, Scope scope, Map<String, Expression.Column> replacements) {
        Query.Clauses clauses = query.clauses();
        if (replacements.isEmpty() || clauses.groupBy() == null) return query;
        var groupBy = new ArrayList<Expression>();
        for (Expression each : clauses.groupBy()) groupBy.add(Canonical.replaced(each, scope, replacements));
        var replaced = new Query.Clauses(clauses.where(), groupBy, clauses.partitionBy(), clauses.having());
        return new Query(
                query.at(), query.items(), query.from(), query.window(), replaced, query.emit(), query.limit());
    }

    private static void checkClauses(Query query, Shape shape) {
        boolean grouped = query.clauses().groupBy() != null;
        if (query.window() != null && !grouped)
            throw new SqlProblem(query.window().at(), "WINDOW clause requires a GROUP BY clause.");
        if (query.window() != null && shape.table())
            throw new SqlProblem(
                    query.window().at(),
                    "Windowing not supported for table aggregations: the WINDOW clause is for streams.");
        if (query.clauses().partitionBy() != null && grouped)
            throw new SqlProblem(query.at(), "Only one of PARTITION BY and GROUP BY may be used");
        if (query.clauses().partitionBy() != null && shape.table())
            throw new SqlProblem(
                    query.at(),
                    "PARTITION BY clause is not supported for TABLE sources: only a stream can get another key.");
        if (query.emit() == Query.Emit.FINAL && query.window() == null)
            throw new SqlProblem(query.at(), "EMIT FINAL is only supported for windowed aggregations.");
        if (shape.window() != null && grouped && query.window() == null && shape.table())
            throw new SqlProblem(query.at(), "GROUP BY is not supported on windowed tables.");
    }

    private void refuseCalls(Expression expression) {
        if (expression instanceof Expression.Call call) {
            switch (CallCompiler.function(functions, call)) {
                case AggregateFunction _ ->
                    throw new SqlProblem(
                            call.at(),
                            "Aggregate functions are not allowed in the WHERE clause: " + call.name()
                                    + ". Use HAVING.");
                case TableFunction _ ->
                    throw new SqlProblem(
                            call.at(), "Table functions cannot be used with the WHERE clause: " + call.name());
                default -> {}
            }
        }
        for (Expression each : expression.parts()) refuseCalls(each);
    }

    private boolean usesAggregates(Query query) {
        for (Item item : query.items())
            if (item instanceof Item.Single single && uses(single.expression())) return true;
        return query.clauses().having() != null && uses(query.clauses().having());
    }

    private boolean uses(Expression expression) {
        if (expression instanceof Expression.Call call
                && functions.find(call.name()).orElse(null) instanceof AggregateFunction) return true;
        for (Expression each : expression.parts()) if (uses(each)) return true;
        return false;
    }

    private Plan flattened(Query query, Plan plan, Map<String, Expression.Column> replacements) {
        var calls = new LinkedHashMap<String, Expression.Call>();
        Scope scope = plan.shape().scope();
        for (Item item : query.items())
            if (item instanceof Item.Single single) collectTableCalls(single.expression(), scope, calls);
        if (query.clauses().groupBy() != null)
            for (Expression each : query.clauses().groupBy()) collectTableCalls(each, scope, calls);
        if (calls.isEmpty()) return plan;
        if (plan.shape().table())
            throw new SqlProblem(
                    calls.values().iterator().next().at(), "Table source is not supported with table functions");
        var entries = new ArrayList<>(scope.entries());
        var flattenings = new ArrayList<Plan.Flattening>();
        for (Map.Entry<String, Expression.Call> each : calls.entrySet()) {
            Expression.Call call = each.getValue();
            var arguments = new CallCompiler(new ExpressionCompiler(functions, scope, "SELECT")).arguments(call);
            var function = (TableFunction) CallCompiler.function(functions, call);
            TableFunction.Resolved resolved = TableCalls.resolve(function, call, arguments.known());
            String name = OF_TABLE_FUNCTION + flattenings.size();
            entries.add(new Scope.Entry(null, name, resolved.rowType()));
            replacements.put(each.getKey(), new Expression.Column(call.at(), null, name));
            flattenings.add(new Plan.Flattening(resolved, arguments::of));
        }
        Shape shape = plan.shape();
        var wider =
                new Shape(new Scope(entries), false, shape.keys(), shape.visible(), shape.window(), shape.formats());
        return new Plan.Flatten(wider, plan, flattenings);
    }

    private void collectTableCalls(Expression expression, Scope scope, Map<String, Expression.Call> calls) {
        if (expression instanceof Expression.Call call
                && functions.find(call.name()).orElse(null) instanceof TableFunction) {
            for (Expression each : call.arguments()) {
                var nested = new LinkedHashMap<String, Expression.Call>();
                collectTableCalls(each, scope, nested);
                if (!nested.isEmpty()) throw new SqlProblem(call.at(), "Table functions cannot be nested: " + call);
            }
            calls.put(Canonical.text(call, scope), call);
            return;
        }
        for (Expression each : expression.parts()) collectTableCalls(each, scope, calls);
    }

    /// A column that is partitioned by becomes the key; another expression becomes a column that is the key.
    private Plan partitioned(
            List<Expression> partitionBy,
            List<Item> items,
            Plan plan,
            ResultNames names,
            Map<String, Expression.Column> replacements) {
        Shape shape = plan.shape();
        var compiler = new ExpressionCompiler(functions, shape.scope(), "PARTITION BY");
        var entries = new ArrayList<>(shape.scope().entries());
        var keys = new ArrayList<Shape.Key>();
        var added = new ArrayList<Typed>();
        var key = new ArrayList<Typed>();
        var first = new ArrayList<Integer>();
        var seen = new LinkedHashSet<String>();
        boolean nothing = partitionBy.size() == 1
                && partitionBy.getFirst() instanceof Expression.Literal literal
                && literal.value() == null;
        for (Expression written : nothing ? List.<Expression>of() : partitionBy) {
            Expression each = Canonical.replaced(written, shape.scope(), replacements);
            Typed typed = compiler.compile(each);
            KeyTypes.check(each, typed.type());
            if (!seen.add(Canonical.text(each, shape.scope())))
                throw new SqlProblem(each.at(), "Duplicate PARTITION BY expression: " + each);
            int place;
            if (each instanceof Expression.Column column) {
                place = shape.scope().index(column, "PARTITION BY");
            } else {
                place = entries.size();
                String name = keyName(each, items, shape.scope(), names);
                replacements.put(Canonical.text(written, shape.scope()), new Expression.Column(each.at(), null, name));
                entries.add(new Scope.Entry(null, name, typed.type()));
                added.add(typed);
            }
            first.add(place);
            key.add(typed);
            keys.add(new Shape.Key(written.toString(), typed.type(), Set.of(place)));
        }
        List<Integer> visible = rekeyed(shape, first);
        var rekeyed = new Shape(new Scope(entries), false, keys, visible, null, shape.formats());
        return new Plan.Rekey(rekeyed, plan, added, key);
    }

    /// Places of `*`: the new key, the values, and last the key that was.
    private static List<Integer> rekeyed(Shape shape, List<Integer> key) {
        var old = new ArrayList<Integer>();
        for (Shape.Key each : shape.keys()) if (each.places().size() == 1) old.addAll(each.places());
        var visible = new ArrayList<Integer>(key);
        for (int each : shape.visible()) if (!visible.contains(each) && !old.contains(each)) visible.add(each);
        for (int each : shape.visible()) if (!visible.contains(each)) visible.add(each);
        return visible;
    }

    private static String keyName(Expression expression, List<Item> items, Scope scope, ResultNames names) {
        String text = Canonical.text(expression, scope);
        for (Item each : items) {
            if (each instanceof Item.Single single
                    && single.alias() != null
                    && Canonical.text(single.expression(), scope).equals(text)) return single.alias();
        }
        return names.of(expression);
    }

    private static String keyWords(Query query, Plan plan) {
        if (plan instanceof Plan.Filter filter) return keyWords(query, filter.input());
        if (plan instanceof Plan.Join join && join.foreignKey() != null) return "primary key column";
        if (query.clauses().groupBy() != null) return "grouping expression";
        if (query.clauses().partitionBy() != null) return "partitioning expression";
        return query.from() instanceof Query.Relation.Join ? "join expression" : "key column";
    }

    /// Whether the key is a column that no source has, which a join has made.
    private static boolean synthetic(Shape shape) {
        if (shape.keys().size() != 1 || shape.keys().getFirst().places().size() != 1) return false;
        Scope.Entry key = shape.scope()
                .entries()
                .get(shape.keys().getFirst().places().iterator().next());
        return key.source() == null && key.name().startsWith("ROWKEY");
    }

    private static void checkKeys(String keyWords, Shape shape, List<Projection.Output> outputs, String target) {
        var missing = new ArrayList<String>();
        var all = new ArrayList<String>();
        for (int i = 0; i < shape.keys().size(); i++) {
            int key = i;
            String label = shape.keys().get(i).label();
            all.add(label);
            if (outputs.stream().noneMatch(each -> each.key() == key)) missing.add(label);
        }
        if (!missing.isEmpty()) {
            String first = String.join(", ", all);
            String shown = String.join(" and ", all);
            int or = first.indexOf(" or ");
            boolean several = all.size() > 1 || or >= 0;
            throw new SqlProblem("Key" + (all.size() > 1 ? "s" : "")
                    + " missing from projection: the query of " + Names.text(target) + " must include the " + keyWords
                    + (several ? "s " : " ") + shown + ", as in SELECT "
                    + (or >= 0 ? first.substring(0, or) : first) + ", ..."
                    + (synthetic(shape) ? "\n" + first + SYNTHETIC : ""));
        }
        if (outputs.stream().allMatch(each -> each.key() >= 0))
            throw new SqlProblem("The projection contains no value columns.");
        for (Projection.Output each : outputs) {
            if (Column.isPseudo(each.name()) || Column.isBound(each.name()))
                throw new SqlProblem("Reserved column name in select: " + Names.text(each.name())
                        + ". Please remove or alias the column.");
        }
    }
}
