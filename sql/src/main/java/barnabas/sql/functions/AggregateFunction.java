package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function over the records of a group.
public non-sealed interface AggregateFunction extends SqlFunction {
    /// The variant for these arguments. All but the columns are [Argument.Constant]s. `COUNT(*)` has no arguments.
    ///
    /// @throws FunctionProblem when no variant takes them
    Aggregation resolve(List<Argument> arguments);

    /// The function with its types known. Aggregates are values of `intermediateType` and are never changed: each step
    /// makes a new one, so that a store, its cache and its changelog may share them. Safe for use by many threads.
    interface Aggregation {
        SqlType intermediateType();

        SqlType returnType();

        /// Aggregate of no records; may be null.
        @Nullable
        Object initialize();

        /// Aggregate after one more record, with the values of all arguments, constants among them.
        @Nullable
        Object add(@Nullable Object aggregate, @Nullable Object[] arguments);

        /// Aggregate of two session windows that became one; `earlier` holds the records of the earlier one.
        @Nullable
        Object merge(@Nullable Object earlier, @Nullable Object later);

        /// Whether [#undo] is possible: only then may the function be used over a table.
        boolean undoes();

        /// Aggregate without one of its records, whose arguments are given.
        @Nullable
        Object undo(@Nullable Object aggregate, @Nullable Object[] arguments);

        /// Result for an aggregate.
        @Nullable
        Object result(@Nullable Object aggregate);
    }
}
