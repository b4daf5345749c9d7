package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.types.SqlType;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An aggregation out of lambdas.
record Fold(
        SqlType intermediateType,
        SqlType returnType,
        @Nullable Object initial,
        Step add,
        Merge merging,
        @Nullable Step undoing,
        UnaryOperator<@Nullable Object> results)
        implements AggregateFunction.Aggregation {
    @FunctionalInterface
    interface Step {
        @Nullable
        Object apply(@Nullable Object aggregate, @Nullable Object[] arguments);
    }

    @FunctionalInterface
    interface Merge {
        @Nullable
        Object apply(@Nullable Object earlier, @Nullable Object later);
    }

    /// A fold whose aggregate is its result.
    static Fold of(SqlType type, @Nullable Object initial, Step add, Merge merge, @Nullable Step undo) {
        return new Fold(type, type, initial, add, merge, undo, aggregate -> aggregate);
    }

    @Override
    public @Nullable Object initialize() {
        return initial;
    }

    @Override
    public @Nullable Object add(@Nullable Object aggregate, @Nullable Object[] arguments) {
        return add.apply(aggregate, arguments);
    }

    @Override
    public @Nullable Object merge(@Nullable Object earlier, @Nullable Object later) {
        return merging.apply(earlier, later);
    }

    @Override
    public boolean undoes() {
        return undoing != null;
    }

    @Override
    public @Nullable Object undo(@Nullable Object aggregate, @Nullable Object[] arguments) {
        if (undoing == null) throw new IllegalStateException("this aggregate function cannot undo a record");
        return undoing.apply(aggregate, arguments);
    }

    @Override
    public @Nullable Object result(@Nullable Object aggregate) {
        return results.apply(aggregate);
    }
}
