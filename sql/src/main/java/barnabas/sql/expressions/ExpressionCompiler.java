package barnabas.sql.expressions;

import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.Arithmetic;
import barnabas.sql.types.Casts;
import barnabas.sql.types.Coercion;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the types of an expression and makes a closure of it.
public final class ExpressionCompiler {
    private final FunctionRegistry functions;
    private final Scope scope;
    private final String clause;

    /// @param clause for messages: SELECT, WHERE, ...
    public ExpressionCompiler(FunctionRegistry functions, Scope scope, String clause) {
        this.functions = functions;
        this.scope = scope;
        this.clause = clause;
    }

    /// @throws SqlProblem when a name is unknown or types do not fit
    public Typed compile(Expression expression) {
        try {
            return compiled(expression);
        } catch (TypeProblem | FunctionProblem | ValueProblem e) {
            throw new SqlProblem(expression.at() + ": " + e.getMessage(), e);
        }
    }

    /// A condition. A null or a value that cannot be computed counts as false.
    public Typed condition(Expression expression) {
        Typed typed = compile(expression);
        if (typed.type() != SqlType.BOOLEAN) {
            throw new SqlProblem(
                    expression.at(),
                    "Type error in " + clause + " expression: Should evaluate to boolean but is (" + expression + ") "
                            + typed.type() + " instead.");
        }
        return typed;
    }

    FunctionRegistry functions() {
        return functions;
    }

    Scope scope() {
        return scope;
    }

    ExpressionCompiler within(Scope inner) {
        return new ExpressionCompiler(functions, inner, clause);
    }

    private Typed compiled(Expression expression) {
        return switch (expression) {
            case Expression.Literal literal -> Typed.literal(literal.type(), literal.value());
            case Expression.Column column -> column(column);
            case Expression.Field field -> field(field);
            case Expression.Subscript subscript -> subscript(subscript);
            case Expression.Call call -> new CallCompiler(this).call(call);
            case Expression.Lambda lambda ->
                throw new SqlProblem(
                        lambda.at(), "A lambda may stand only as an argument of a function that takes one");
            case Expression.Binary binary -> binary(binary);
            case Expression.Not not -> not(not);
            case Expression.Negation negation -> negation(negation);
            case Expression.IsNull test -> {
                Typed operand = compile(test.operand());
                yield Typed.of(SqlType.BOOLEAN, row -> (operand.evaluation().of(row) == null) != test.negated());
            }
            case Expression.Between between -> between(between);
            case Expression.In in -> new Comparisons(this).in(in);
            case Expression.Like like -> like(like);
            case Expression.Case choice -> choice(choice);
            case Expression.Cast cast -> cast(cast);
            case Expression.ArrayOf array -> array(array);
            case Expression.MapOf map -> map(map);
            case Expression.StructOf struct -> struct(struct);
        };
    }

    private Typed column(Expression.Column column) {
        int index = scope.index(column, clause);
        return Typed.of(scope.entries().get(index).type(), row -> row[index]);
    }

    private Typed field(Expression.Field field) {
        Typed base = compile(field.base());
        if (!(base.type() instanceof SqlType.Structure structure)) {
            throw new SqlProblem(
                    field.at(),
                    "Expected STRUCT type, got: " + base.type() + ", in " + field.base() + "->" + field.name());
        }
        int index = structure.indexOf(field.name());
        if (index < 0) {
            var names = new ArrayList<String>();
            for (SqlType.Field each : structure.fields()) names.add(each.name());
            throw new SqlProblem(
                    field.at(),
                    "Could not find field '" + field.name() + "' in '" + field.base() + "'."
                            + Names.hint(field.name(), names));
        }
        return Typed.of(
                structure.fields().get(index).type(),
                row -> base.evaluation().of(row) instanceof Struct struct ? struct.value(index) : null);
    }

    private Typed subscript(Expression.Subscript subscript) {
        Typed base = compile(subscript.base());
        Typed index = compile(subscript.index());
        if (base.type() instanceof SqlType.Map map) {
            if (!index.type().equals(map.key()) && !Coercion.allowed(index.type(), map.key()))
                throw new SqlProblem(
                        subscript.at(), "Map key type mismatch: expected " + map.key() + ", got " + index.type());
            return Typed.of(map.value(), row -> {
                Object key = index.evaluation().of(row);
                return base.evaluation().of(row) instanceof Map<?, ?> found && key != null ? found.get(key) : null;
            });
        }
        if (!(base.type() instanceof SqlType.Array array))
            throw new SqlProblem(subscript.at(), "Subscript expression needs an ARRAY or a MAP, got " + base.type());
        if (index.type() != SqlType.INTEGER && index.type() != SqlType.BIGINT)
            throw new SqlProblem(subscript.at(), "Array index must be a whole number, got " + index.type());
        return Typed.of(array.element(), row -> {
            Object at = index.evaluation().of(row);
            return base.evaluation().of(row) instanceof List<?> list && at instanceof Number number
                    ? element(list, number.longValue())
                    : null;
        });
    }

    /// Element of a list by its place from 1, or from the end with a negative one; null outside.
    private static @Nullable Object element(List<?> list, long place) {
        long at = place > 0 ? place - 1 : list.size() + place;
        return place == 0 || at < 0 || at >= list.size() ? null : list.get((int) at);
    }

    private Typed binary(Expression.Binary binary) {
        Expression.Operator operator = binary.operator();
        if (operator == Expression.Operator.CONCATENATE) {
            return compile(new Expression.Call(binary.at(), "CONCAT", List.of(binary.left(), binary.right())));
        }
        if (operator == Expression.Operator.AND || operator == Expression.Operator.OR) return logical(binary);
        if (operator.isComparison()) return new Comparisons(this).comparison(binary);
        Typed left = compile(binary.left());
        Typed right = compile(binary.right());
        Arithmetic.Operation operation =
                Arithmetic.of(Arithmetic.Operator.valueOf(operator.name()), left.type(), right.type());
        return Typed.of(
                operation.type(),
                row -> operation
                        .apply()
                        .apply(left.evaluation().of(row), right.evaluation().of(row)));
    }

    private Typed logical(Expression.Binary binary) {
        Typed left = bool(binary.left());
        Typed right = bool(binary.right());
        boolean decided = binary.operator() == Expression.Operator.OR;
        return Typed.of(SqlType.BOOLEAN, row -> {
            Object first = left.evaluation().of(row);
            if (first instanceof Boolean known && known == decided) return known;
            Object second = right.evaluation().of(row);
            if (second instanceof Boolean known && known == decided) return known;
            return first == null || second == null ? null : second;
        });
    }

    private Typed bool(Expression expression) {
        Typed typed = compile(expression);
        if (typed.type() != SqlType.BOOLEAN && typed.type() != SqlType.NULL) {
            throw new SqlProblem(
                    expression.at(),
                    "Type error in " + clause + " expression: Should evaluate to boolean but is (" + expression + ") "
                            + typed.type() + " instead.");
        }
        return typed;
    }

    private Typed when(Expression condition) {
        Typed typed = compile(condition);
        if (typed.type() != SqlType.BOOLEAN && typed.type() != SqlType.NULL)
            throw new SqlProblem(
                    condition.at(),
                    "WHEN operand type should be boolean.\nType for '" + condition + "' is " + typed.type());
        return typed;
    }

    private Typed not(Expression.Not not) {
        Typed operand = bool(not.operand());
        return Typed.of(SqlType.BOOLEAN, row -> operand.evaluation().of(row) instanceof Boolean known ? !known : null);
    }

    private Typed negation(Expression.Negation negation) {
        Typed operand = compile(negation.operand());
        if (!operand.type().isNumber())
            throw new SqlProblem(
                    negation.at(), "Unsupported negation of " + operand.type() + ": " + negation.operand());
        return Typed.of(
                operand.type(), row -> Arithmetic.negate(operand.evaluation().of(row)));
    }

    private Typed between(Expression.Between between) {
        var low = new Expression.Binary(
                between.at(), Expression.Operator.GREATER_OR_EQUAL, between.operand(), between.low());
        var high = new Expression.Binary(
                between.at(), Expression.Operator.LESS_OR_EQUAL, between.operand(), between.high());
        return compile(new Expression.Binary(between.at(), Expression.Operator.AND, low, high));
    }

    private Typed like(Expression.Like like) {
        Typed operand = compile(like.operand());
        Typed pattern = compile(like.pattern());
        for (Typed each : List.of(operand, pattern))
            if (each.type() != SqlType.STRING && each.type() != SqlType.NULL)
                throw new SqlProblem(like.at(), "LIKE operates only on strings, got " + each.type() + " in " + like);
        char escape = like.escape() == null ? '\\' : like.escape().charAt(0);
        return Typed.of(
                SqlType.BOOLEAN,
                row -> operand.evaluation().of(row) instanceof String text
                        && pattern.evaluation().of(row) instanceof String wild
                        && LikePattern.fits(text, wild, escape));
    }

    private Typed choice(Expression.Case choice) {
        var conditions = new ArrayList<Typed>();
        var results = new ArrayList<Typed>();
        for (Expression.When each : choice.whens()) {
            conditions.add(when(each.condition()));
            results.add(compile(each.result()));
        }
        results.add(choice.otherwise() == null ? Typed.literal(SqlType.NULL, null) : compile(choice.otherwise()));
        List<Typed> same = sameResults(choice, results);
        return Typed.of(same.getFirst().type(), row -> {
            for (int i = 0; i < conditions.size(); i++)
                if (Boolean.TRUE.equals(conditions.get(i).evaluation().of(row)))
                    return same.get(i).evaluation().of(row);
            return same.getLast().evaluation().of(row);
        });
    }

    private List<Typed> sameResults(Expression.Case choice, List<Typed> results) {
        try {
            return sameType(results);
        } catch (TypeProblem e) {
            List<Typed> then = results.subList(0, results.size() - 1);
            String shown = "";
            for (Typed each : then) shown += (shown.isEmpty() ? "" : ", ") + each.type();
            boolean ofThen = then.stream().map(Typed::type).distinct().count() > 1;
            throw new SqlProblem(
                    choice.at() + ": Invalid Case expression. Type for "
                            + (ofThen
                                    ? "all 'THEN' clauses should be the same. THEN types: " + shown + "."
                                    : "the default clause should be the same as for 'THEN' clauses. THEN type: "
                                            + then.getFirst().type() + ". DEFAULT type: "
                                            + results.getLast().type() + "."),
                    e);
        }
    }

    private Typed cast(Expression.Cast cast) {
        Typed operand = compile(cast.operand());
        Casts.Cast conversion = Casts.cast(operand.type(), cast.type());
        if (cast.type() == SqlType.STRING && !functions.rules().nullTextsAreNull())
            return Typed.of(
                    cast.type(),
                    row -> String.valueOf(conversion.apply(operand.evaluation().of(row))));
        return Typed.of(
                cast.type(), row -> conversion.apply(operand.evaluation().of(row)));
    }

    /// Elements of a list, map or STRUCT: one that cannot be computed leaves the others.
    private List<Typed.Evaluation> elements(List<Typed> values) {
        boolean lenient = functions.rules().failedElementsAreNull();
        var elements = new ArrayList<Typed.Evaluation>(values.size());
        for (Typed each : values) elements.add(lenient ? each.orNull() : each.evaluation());
        return elements;
    }

    private static List<@Nullable Object> values(List<Typed.Evaluation> elements, @Nullable Object[] row) {
        var values = new ArrayList<@Nullable Object>(elements.size());
        for (Typed.Evaluation each : elements) values.add(each.of(row));
        return values;
    }

    private List<Typed> all(List<Expression> expressions) {
        var all = new ArrayList<Typed>();
        for (Expression each : expressions) all.add(compile(each));
        return all;
    }

    /// The expressions, converted to the type that all of them take.
    List<Typed> sameType(List<Typed> expressions) {
        var operands = new ArrayList<Coercion.Operand>();
        for (Typed each : expressions) operands.add(new Coercion.Operand(each.type(), each.literal(), each.value()));
        SqlType common = Coercion.common(operands);
        var converted = new ArrayList<Typed>();
        for (Typed each : expressions) converted.add(Conversions.to(each, common));
        return converted;
    }

    private Typed array(Expression.ArrayOf array) {
        if (array.elements().isEmpty()) {
            throw new SqlProblem(array.at(), "ARRAY[] has no type: an array constructor needs at least one element.");
        }
        List<Typed> elements = sameType(all(array.elements()));
        if (elements.getFirst().type() == SqlType.NULL)
            throw new SqlProblem(array.at(), "Cannot construct an array with all NULL elements");
        List<Typed.Evaluation> computed = elements(elements);
        return Typed.of(SqlType.array(elements.getFirst().type()), row -> values(computed, row));
    }

    private Typed map(Expression.MapOf map) {
        if (map.entries().isEmpty())
            throw new SqlProblem(
                    map.at(), "MAP() has no type: a map constructor needs at least one pair of key and value.");
        var keys = new ArrayList<Typed>();
        var values = new ArrayList<Typed>();
        for (int i = 0; i < map.entries().size(); i += 2) {
            keys.add(compile(map.entries().get(i)));
            values.add(compile(map.entries().get(i + 1)));
        }
        List<Typed> sameKeys = sameType(keys);
        List<Typed> sameValues = sameType(values);
        if (sameKeys.getFirst().type() == SqlType.NULL)
            throw new SqlProblem(map.at(), "Cannot construct a map with all NULL keys");
        if (sameValues.getFirst().type() == SqlType.NULL)
            throw new SqlProblem(map.at(), "Cannot construct a map with all NULL values");
        SqlType type =
                SqlType.map(sameKeys.getFirst().type(), sameValues.getFirst().type());
        List<Typed.Evaluation> computed = elements(sameValues);
        return Typed.of(type, row -> {
            var made = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            for (int i = 0; i < sameKeys.size(); i++)
                made.put(sameKeys.get(i).evaluation().of(row), computed.get(i).of(row));
            return made;
        });
    }

    private Typed struct(Expression.StructOf struct) {
        if (struct.names().isEmpty())
            throw new SqlProblem(struct.at(), "Struct constructor cannot be empty: give at least one field");
        List<Typed> values = all(struct.values());
        var fields = new ArrayList<SqlType.Field>();
        var names = new HashSet<String>();
        for (int i = 0; i < values.size(); i++) {
            if (!names.add(struct.names().get(i)))
                throw new SqlProblem(
                        struct.at(),
                        "Duplicate field names found in STRUCT: '"
                                + struct.names().get(i) + "'");
            fields.add(new SqlType.Field(struct.names().get(i), values.get(i).type()));
        }
        var type = new SqlType.Structure(fields);
        List<Typed.Evaluation> computed = elements(values);
        return Typed.of(type, row -> new Struct(type, values(computed, row)));
    }
}
