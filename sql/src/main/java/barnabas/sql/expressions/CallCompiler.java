package barnabas.sql.expressions;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.Argument;
import barnabas.sql.functions.Budget;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.SqlLambda;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles calls of functions.
public final class CallCompiler {
    private static final Set<String> UNITS = Set.of(
            "YEAR",
            "YEARS",
            "MONTH",
            "MONTHS",
            "DAY",
            "DAYS",
            "HOUR",
            "HOURS",
            "MINUTE",
            "MINUTES",
            "SECOND",
            "SECONDS",
            "MILLISECOND",
            "MILLISECONDS",
            "WEEK",
            "WEEKS");

    private static final Object[] NO_ARGUMENTS = {};

    private final ExpressionCompiler compiler;

    public CallCompiler(ExpressionCompiler compiler) {
        this.compiler = compiler;
    }

    /// Arguments as a function knows them before a row, and the ways to their values in one.
    public record Arguments(List<Argument> known, List<Typed.Evaluation> values) {
        public @Nullable Object[] of(@Nullable Object[] row) {
            var found = new @Nullable Object[values.size()];
            for (int i = 0; i < found.length; i++) found[i] = values.get(i).of(row);
            return found;
        }
    }

    /// The function that the call names.
    ///
    /// @throws SqlProblem when there is none
    public static SqlFunction function(FunctionRegistry functions, Expression.Call call) {
        return functions.find(call.name()).orElseThrow(() -> {
            var names = new ArrayList<String>();
            for (SqlFunction each : functions.all()) names.add(each.name());
            return new SqlProblem(
                    call.at(),
                    "Can't find any functions with the name '" + call.name() + "'." + Names.hint(call.name(), names));
        });
    }

    Typed call(Expression.Call call) {
        return switch (function(compiler.functions(), call)) {
            case ScalarFunction scalar -> {
                Arguments arguments = arguments(call);
                ScalarFunction.Resolved resolved = scalar.resolve(arguments.known());
                yield Typed.of(resolved.returnType(), row -> {
                    Budget budget = Budget.enter();
                    try {
                        @Nullable Object[] values = arguments.of(row);
                        budget.see(values);
                        return budget.make(resolved.call().call(values));
                    } finally {
                        budget.leave();
                    }
                });
            }
            case AggregateFunction aggregate ->
                throw new SqlProblem(
                        call.at(),
                        "Use of aggregate function " + aggregate.name() + " requires a GROUP BY clause, and it may not"
                                + " stand here");
            case TableFunction table ->
                throw new SqlProblem(call.at(), "Table functions cannot be nested or used here: " + table.name());
        };
    }

    public Arguments arguments(Expression.Call call) {
        var known = new ArrayList<Argument>();
        var values = new ArrayList<Typed.Evaluation>();
        for (Expression each : call.arguments()) {
            if (each instanceof Expression.Lambda lambda) {
                var body = new LambdaBody(compiler, lambda);
                known.add(new Argument.Lambda(lambda.parameters().size(), body));
                values.add(body);
            } else if (isUnit(each)) {
                String unit = ((Expression.Column) each).name();
                known.add(new Argument.Constant(SqlType.STRING, unit));
                values.add(row -> unit);
            } else {
                Typed typed = compiler.compile(each);
                known.add(
                        typed.literal()
                                ? new Argument.Constant(typed.type(), typed.value())
                                : new Argument.Value(typed.type()));
                values.add(typed.evaluation());
            }
        }
        return new Arguments(known, values);
    }

    private boolean isUnit(Expression expression) {
        return expression instanceof Expression.Column column && isUnit(column, compiler.scope());
    }

    /// Whether the name is a unit of time, as in `TIMESTAMPADD(SECONDS, ...)`, and no column.
    public static boolean isUnit(Expression.Column column, Scope scope) {
        return column.source() == null && UNITS.contains(column.name()) && !scope.has(column);
    }

    /// A lambda's body; its types are known when the function has said those of its parameters.
    private static final class LambdaBody implements Argument.Body, Typed.Evaluation {
        private final ExpressionCompiler outer;
        private final Expression.Lambda lambda;
        private @Nullable Typed body;

        LambdaBody(ExpressionCompiler outer, Expression.Lambda lambda) {
            this.outer = outer;
            this.lambda = lambda;
        }

        @Override
        public SqlType analyse(List<SqlType> parameterTypes) {
            Scope inner = outer.scope().with(lambda.parameters(), parameterTypes);
            Typed compiled = outer.within(inner).compile(lambda.body());
            body = compiled;
            return compiled.type();
        }

        @Override
        public Object of(@Nullable Object[] row) {
            Typed known = body;
            if (known == null) throw new IllegalStateException("a lambda that no function has analysed");
            return (SqlLambda) arguments -> {
                var extended = Arrays.copyOf(row, row.length + arguments.length);
                System.arraycopy(arguments, 0, extended, row.length, arguments.length);
                Budget budget = Budget.enter();
                try {
                    budget.see(NO_ARGUMENTS);
                    return budget.make(known.evaluation().of(extended));
                } finally {
                    budget.leave();
                }
            };
        }
    }
}
