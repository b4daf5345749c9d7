package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.Signature;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An aggregate function out of variants.
final class Aggregate implements AggregateFunction {
    private final Description description;
    private final List<Signature> signatures;
    private final List<Typed> variants;

    private Aggregate(Builder builder) {
        this.signatures = List.copyOf(builder.signatures);
        this.variants = List.copyOf(builder.variants);
        this.description = new Description(
                builder.name,
                "Aggregate",
                builder.overview,
                signatures.stream().map(each -> builder.name + each).toList(),
                List.copyOf(builder.examples));
    }

    /// A variant once its arguments are known.
    @FunctionalInterface
    interface Typed {
        /// @param types types of the arguments, widened
        /// @param constants values of constants by position, null for other arguments
        Aggregation resolve(List<SqlType> types, List<@Nullable Object> constants);
    }

    static Builder named(String name, String overview) {
        return new Builder(name, overview);
    }

    @Override
    public Description description() {
        return description;
    }

    @Override
    public Aggregation resolve(List<Argument> arguments) {
        Signature.Match match = Signature.best(name(), signatures, arguments);
        List<@Nullable Object> constants = new ArrayList<>();
        for (Argument argument : arguments)
            constants.add(argument instanceof Argument.Constant constant ? constant.value() : null);
        Aggregation aggregation = variants.get(match.index()).resolve(match.types(), constants);
        boolean widens = match.casts().stream().anyMatch(cast -> cast != null);
        return widens ? new Widened(aggregation, match) : aggregation;
    }

    /// Positive value of the constant at `index`.
    ///
    /// @throws FunctionProblem when the argument is no such constant
    static int count(String name, List<@Nullable Object> constants, int index, int max) {
        if (!(constants.get(index) instanceof Integer count))
            throw new FunctionProblem("Parameter " + (index + 1) + " of function " + name + " must be a constant");
        if (count < 1 || count > max)
            throw new FunctionProblem("Parameter " + (index + 1) + " of function " + name + " must be between 1 and "
                    + max + ", not " + count);
        return count;
    }

    private record Widened(Aggregation of, Signature.Match match) implements Aggregation {
        @Override
        public SqlType intermediateType() {
            return of.intermediateType();
        }

        @Override
        public SqlType returnType() {
            return of.returnType();
        }

        @Override
        public @Nullable Object initialize() {
            return of.initialize();
        }

        @Override
        public @Nullable Object add(@Nullable Object aggregate, @Nullable Object[] arguments) {
            return of.add(aggregate, match.widen(arguments));
        }

        @Override
        public @Nullable Object merge(@Nullable Object earlier, @Nullable Object later) {
            return of.merge(earlier, later);
        }

        @Override
        public boolean undoes() {
            return of.undoes();
        }

        @Override
        public @Nullable Object undo(@Nullable Object aggregate, @Nullable Object[] arguments) {
            return of.undo(aggregate, match.widen(arguments));
        }

        @Override
        public @Nullable Object result(@Nullable Object aggregate) {
            return of.result(aggregate);
        }
    }

    static final class Builder {
        private final String name;
        private final String overview;
        private final List<Signature> signatures = new ArrayList<>();
        private final List<Typed> variants = new ArrayList<>();
        private final List<String> examples = new ArrayList<>();

        private Builder(String name, String overview) {
            this.name = name;
            this.overview = overview;
        }

        /// @param signature its result says the type for documents; the variant says the real one
        Builder variant(String signature, Typed typed) {
            signatures.add(Signature.of(signature));
            variants.add(typed);
            return this;
        }

        /// A call over rows in braces, as `SUM(X) OVER {1, 2} => 3`.
        Builder example(String example) {
            examples.add(example);
            return this;
        }

        Aggregate build() {
            return new Aggregate(this);
        }
    }
}
