package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.expressions.CallCompiler;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.Casts;
import barnabas.sql.types.Coercion;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueProblem;
import barnabas.sql.types.ValueText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One case as text:
///
/// ```
/// ABS(-1) => 1 :: INTEGER                the value of a call, and its type if it is told
/// ABS('x') => REFUSED does not accept    a statement with this call is refused
/// LPAD('a', 1) => ERROR text             no value can be computed; the text is in the message
/// SUM(X) OVER {1, NULL, 3} => 4          an aggregate over rows; a call of X and Y takes two values for each row
/// ```
final class CaseLine {
    static final FunctionRegistry FUNCTIONS =
            StandardFunctions.registry(() -> 1_600_000_000_000L, new Random(7), StandardFunctions.Limits.DEFAULT);

    private static final Scope NO_COLUMNS = new Scope(List.of());

    private final String call;
    private final @Nullable String rows;
    private final String expected;
    private final @Nullable SqlType type;

    CaseLine(String line) {
        int arrow = line.lastIndexOf(" => ");
        assertThat(arrow).as("a case needs an arrow: %s", line).isPositive();
        while (line.lastIndexOf(" => ", arrow - 1) > 0
                && !line.substring(0, arrow).endsWith(")")
                && !line.substring(0, arrow).endsWith("}")) arrow = line.lastIndexOf(" => ", arrow - 1);
        String left = line.substring(0, arrow).strip();
        String right = line.substring(arrow + 4).strip();
        int colons = right.lastIndexOf(" :: ");
        this.type =
                colons < 0 ? null : SqlType.parse(right.substring(colons + 4).strip());
        this.expected = colons < 0 ? right : right.substring(0, colons).strip();
        int over = left.indexOf(" OVER {");
        this.call = over < 0 ? left : left.substring(0, over);
        this.rows = over < 0 ? null : left.substring(over + 7, left.length() - 1);
    }

    /// Whether the function is called in the case.
    boolean calls(String name) {
        return call.startsWith(name + "(") || call.contains("(" + name + "(");
    }

    boolean hasNull() {
        return call.contains("NULL") || (rows != null && rows.contains("NULL"));
    }

    private record Outcome(SqlType type, @Nullable Object value) {}

    void run() {
        if (expected.startsWith("REFUSED")) {
            try {
                evaluate();
            } catch (SqlProblem | FunctionProblem problem) {
                assertThat(problem.getMessage()).contains(expected.substring(7).strip());
                return;
            }
            throw new AssertionError("not refused: " + call);
        }
        if (expected.startsWith("ERROR")) {
            try {
                throw new AssertionError(
                        "no error, but " + ValueText.of(evaluate().value()));
            } catch (ValueProblem problem) {
                assertThat(problem.getMessage()).contains(expected.substring(5).strip());
                return;
            }
        }
        compare(evaluate());
    }

    private void compare(Outcome outcome) {
        if (type != null) assertThat(outcome.type()).isEqualTo(type);
        Conformity.check(outcome.type(), outcome.value());
        Typed wanted = compile(expressions(expected).getFirst(), NO_COLUMNS);
        Object value = wanted.evaluation().of(new Object[0]);
        if (value == null || outcome.value() == null) {
            assertThat(ValueText.of(outcome.value())).isEqualTo(ValueText.of(value));
            return;
        }
        Object converted = Coercion.allowed(wanted.type(), outcome.type())
                ? Casts.cast(wanted.type(), outcome.type()).apply(value)
                : value;
        assertThat(Comparison.equal(outcome.value(), converted))
                .as("%s, expected %s", ValueText.of(outcome.value()), ValueText.of(converted))
                .isTrue();
        assertThat(ValueText.of(outcome.value())).isEqualTo(ValueText.of(converted));
    }

    private static List<Expression> expressions(String list) {
        Statement statement = StatementParser.parse("SELECT " + list + " FROM T;", new Position(1, 1), _ -> null);
        List<Expression> expressions = new ArrayList<>();
        for (Query.Item item : ((Statement.Select) statement).query().items())
            expressions.add(((Query.Item.Single) item).expression());
        return expressions;
    }

    private static Typed compile(Expression expression, Scope scope) {
        return new ExpressionCompiler(FUNCTIONS, scope, "SELECT").compile(expression);
    }

    private Outcome evaluate() {
        Expression expression = expressions(call).getFirst();
        if (rows != null) return aggregate((Expression.Call) expression, expressions(rows));
        if (expression instanceof Expression.Call of
                && CallCompiler.function(FUNCTIONS, of) instanceof TableFunction table) {
            CallCompiler.Arguments arguments = arguments(of, NO_COLUMNS);
            TableFunction.Resolved resolved = table.resolve(arguments.known());
            return new Outcome(
                    SqlType.array(resolved.rowType()), resolved.call().call(arguments.of(new Object[0])));
        }
        Typed typed = compile(expression, NO_COLUMNS);
        return new Outcome(typed.type(), typed.evaluation().of(new Object[0]));
    }

    private static CallCompiler.Arguments arguments(Expression.Call call, Scope scope) {
        return new CallCompiler(new ExpressionCompiler(FUNCTIONS, scope, "SELECT")).arguments(call);
    }

    private Outcome aggregate(Expression.Call call, List<Expression> values) {
        List<String> names = new ArrayList<>();
        for (Expression argument : call.arguments())
            if (argument instanceof Expression.Column column && !names.contains(column.name()))
                names.add(column.name());
        int width = Math.max(1, names.size());
        List<Typed> typed = new ArrayList<>();
        for (Expression value : values) typed.add(compile(value, NO_COLUMNS));
        List<Scope.Entry> entries = new ArrayList<>();
        for (int at = 0; at < names.size(); at++) {
            SqlType common = SqlType.NULL;
            for (int row = at; row < typed.size(); row += width)
                common = Coercion.common(common, typed.get(row).type()).orElseThrow();
            entries.add(new Scope.Entry(null, names.get(at), common == SqlType.NULL ? SqlType.INTEGER : common));
        }
        List<@Nullable Object[]> rowList = new ArrayList<>();
        for (int row = 0; row < typed.size(); row += width) {
            @Nullable Object[] columns = new @Nullable Object[names.size()];
            for (int at = 0; at < columns.length; at++) {
                Typed each = typed.get(row + at);
                columns[at] = Casts.cast(each.type(), entries.get(at).type())
                        .apply(each.evaluation().of(new Object[0]));
            }
            rowList.add(columns);
        }
        AggregateFunction function = (AggregateFunction) CallCompiler.function(FUNCTIONS, call);
        CallCompiler.Arguments arguments = arguments(call, new Scope(entries));
        return folded(function.resolve(arguments.known()), arguments, rowList);
    }

    /// The result over all rows, after a look at what must hold for every aggregation: two halves that are merged give
    /// the
    /// same, and so does a record that is added and undone.
    private static Outcome folded(
            AggregateFunction.Aggregation aggregation,
            CallCompiler.Arguments arguments,
            List<@Nullable Object[]> rows) {
        Object aggregate = fold(aggregation, arguments, aggregation.initialize(), rows);
        Conformity.check(aggregation.intermediateType(), aggregate);
        String result = ValueText.of(aggregation.result(aggregate));
        int half = rows.size() / 2;
        Object left = fold(aggregation, arguments, aggregation.initialize(), rows.subList(0, half));
        Object right = fold(aggregation, arguments, aggregation.initialize(), rows.subList(half, rows.size()));
        assertThat(ValueText.of(aggregation.result(aggregation.merge(left, right))))
                .as("merged halves")
                .isEqualTo(result);
        if (aggregation.undoes() && !rows.isEmpty()) {
            @Nullable Object[] last = arguments.of(rows.getLast());
            Object undone = aggregation.undo(aggregation.add(aggregate, last), last);
            assertThat(ValueText.of(aggregation.result(undone))).as("undone").isEqualTo(result);
        }
        return new Outcome(aggregation.returnType(), aggregation.result(aggregate));
    }

    private static @Nullable Object fold(
            AggregateFunction.Aggregation aggregation,
            CallCompiler.Arguments arguments,
            @Nullable Object initial,
            List<@Nullable Object[]> rows) {
        Object aggregate = initial;
        for (@Nullable Object[] row : rows) {
            String before = ValueText.of(aggregate);
            Object next = aggregation.add(aggregate, arguments.of(row));
            assertThat(ValueText.of(aggregate)).as("an aggregate was changed").isEqualTo(before);
            aggregate = next;
        }
        return aggregate;
    }

    @Override
    public String toString() {
        return call + (rows == null ? "" : " OVER {" + rows + "}") + " " + Arrays.asList(expected, type);
    }
}
