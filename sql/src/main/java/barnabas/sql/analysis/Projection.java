package barnabas.sql.analysis;

import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Query.Item;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Columns of a result.
public final class Projection {
    /// A column of the result.
    ///
    /// @param key place in the key; -1 for a column of the value
    public record Output(String name, Typed typed, int key) {}

    /// An item of the projection with its name, and without its alias as it was written.
    record Named(String name, Expression expression) {}

    private Projection() {}

    /// The items with each `*` taken apart.
    ///
    /// @param bounds whether `*` has the bounds of a window behind the key, as it has for the one who asks
    static List<Named> named(
            List<Item> items, Shape shape, ResultNames names, ExpressionCompiler compiler, boolean bounds) {
        var named = new ArrayList<Named>();
        for (Item item : items) {
            switch (item) {
                case Item.All all -> named.addAll(all(all, places(shape, bounds), shape.scope()));
                case Item.AllFields all -> named.addAll(fields(all, compiler));
                case Item.Single single ->
                    named.add(new Named(
                            single.alias() == null ? names.of(single.expression()) : single.alias(),
                            single.expression()));
            }
        }
        return named;
    }

    /// Places of the columns of `*`.
    private static List<Integer> places(Shape shape, boolean bounds) {
        if (!bounds || shape.window() == null) return shape.visible();
        var keys = new ArrayList<Integer>();
        var values = new ArrayList<Integer>();
        for (int place : shape.visible())
            (shape.keys().stream().anyMatch(each -> each.places().contains(place)) ? keys : values).add(place);
        for (int i = 0; i < shape.scope().entries().size(); i++)
            if (Column.isBound(shape.scope().entries().get(i).name()) && !values.contains(i)) keys.add(i);
        keys.addAll(values);
        return keys;
    }

    private static List<Named> all(Item.All all, List<Integer> places, Scope scope) {
        long sources = places.stream()
                .map(each -> scope.entries().get(each).source())
                .filter(each -> each != null)
                .distinct()
                .count();
        var named = new ArrayList<Named>();
        for (int place : places) {
            Scope.Entry entry = scope.entries().get(place);
            if (all.source() != null && !all.source().equals(entry.source())) continue;
            String name = sources > 1 && entry.source() != null ? entry.source() + "_" + entry.name() : entry.name();
            named.add(new Named(name, new Expression.Column(all.at(), entry.source(), entry.name())));
        }
        if (named.isEmpty())
            throw new SqlProblem(all.at(), "'" + all.source() + "' is not a valid stream/table name or alias.");
        return named;
    }

    private static List<Named> fields(Item.AllFields all, ExpressionCompiler compiler) {
        if (!(compiler.compile(all.base()).type() instanceof SqlType.Structure structure))
            throw new SqlProblem(all.at(), "Cannot use '->*' on " + all.base() + ", which is no STRUCT");
        var named = new ArrayList<Named>();
        for (SqlType.Field each : structure.fields())
            named.add(new Named(each.name(), new Expression.Field(all.at(), all.base(), each.name())));
        return named;
    }

    /// Columns of the result, with those found that are the key.
    ///
    /// @param replaced the named items as expressions over the shape's scope
    static List<Output> outputs(List<Named> replaced, Shape shape, FunctionRegistry functions, boolean persistent) {
        var compiler = new ExpressionCompiler(functions, shape.scope(), "SELECT");
        var typed = new ArrayList<Typed>();
        for (Named each : replaced) {
            Typed compiled = compiler.compile(each.expression());
            if (compiled.type() == SqlType.NULL && persistent)
                throw new SqlProblem(
                        each.expression().at(),
                        "Can't infer a type of null. Cast it to the type that the column is to have, as in CAST(NULL AS VARCHAR).");
            typed.add(compiled);
        }
        int[] keyOf = keyOf(replaced, shape, persistent);
        var outputs = new ArrayList<Output>();
        var seen = new HashMap<String, Integer>();
        for (int i = 0; i < replaced.size(); i++) {
            Named each = replaced.get(i);
            Integer first = seen.put(each.name(), i);
            if (first != null && persistent) throw duplicate(each, (keyOf[first] >= 0) != (keyOf[i] >= 0));
            outputs.add(new Output(each.name(), typed.get(i), keyOf[i]));
        }
        return outputs;
    }

    private static SqlProblem duplicate(Named item, boolean ofKey) {
        String what = ofKey
                ? "The projection contains a value column with the same name as a key column: "
                : "The projection contains a duplicate column name: ";
        return new SqlProblem(
                item.expression().at(),
                what + "the name " + Names.text(item.name()) + " is used more than once. Give one of them an alias.");
    }

    private static int[] keyOf(List<Named> items, Shape shape, boolean persistent) {
        var keyOf = new int[items.size()];
        Arrays.fill(keyOf, -1);
        for (int key = 0; key < shape.keys().size(); key++) {
            Map<Integer, List<Integer>> itemsOfPlace = new LinkedHashMap<>();
            Set<String> texts = shape.keys().get(key).texts();
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i).expression() instanceof Expression.Column column) {
                    int place = shape.scope().index(column, "SELECT");
                    if (shape.keys().get(key).places().contains(place))
                        itemsOfPlace
                                .computeIfAbsent(place, _ -> new ArrayList<>())
                                .add(i);
                }
            }
            List<Integer> chosen = shape.keys().get(key).places().stream()
                    .filter(itemsOfPlace::containsKey)
                    .findFirst()
                    .map(itemsOfPlace::get)
                    .orElseGet(() -> ofTexts(items, texts, shape.scope()));
            if (chosen.size() > 1 && persistent)
                throw twice(items, chosen, shape.keys().get(key));
            if (!chosen.isEmpty()) keyOf[chosen.getFirst()] = key;
        }
        return keyOf;
    }

    /// Places of the items that are an expression of the key.
    private static List<Integer> ofTexts(List<Named> items, Set<String> texts, Scope scope) {
        var found = new ArrayList<Integer>();
        if (texts.isEmpty()) return found;
        for (int i = 0; i < items.size(); i++)
            if (texts.contains(Canonical.text(items.get(i).expression(), scope))) found.add(i);
        return found;
    }

    private static SqlProblem twice(List<Named> items, List<Integer> chosen, Shape.Key key) {
        String names = String.join(
                " and ",
                chosen.stream().map(each -> "`" + items.get(each).name() + "`").toList());
        return new SqlProblem(
                "The projection contains a key column (`" + key.label() + "`) more than once, aliased as: " + names
                        + ". One of them is the key; AS_VALUE(" + key.label() + ") makes a copy in the value.");
    }
}
